"""Makes docs/reference/ from the program: `make docs`. A test holds the pages to it."""

import ast
from pathlib import Path

from sg17kg import assets
from sg17kg.catalogue.catalogue import Catalogue, Query

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "sg17kg" / "sources"
REFERENCE = ROOT / "docs" / "reference"


def queries_page() -> str:
    """The query catalogue as Markdown."""
    lines = [
        "# Queries",
        "",
        "Made by `make docs` from queries/. Each is a command, a REST address and a file that runs in any SPARQL console.",
        "",
    ]
    for query in Catalogue.read(assets.folder("queries")).public():
        lines += _query(query)
    return "\n".join(lines)


def _query(query: Query) -> list[str]:
    header = query.header
    arguments = " ".join(f"{name}={value}" for name, value in header.example.items())
    address = "&".join(f"{name}={value}" for name, value in header.example.items())
    lines = [f"## {query.name}", "", header.summary, ""]
    if header.description:
        lines += [header.description.strip(), ""]
    lines += [
        "```",
        f"sg17kg query {query.name} {arguments}".rstrip(),
        f"GET /api/v1/queries/{query.name}{'?' if address else ''}{address}",
        "```",
        "",
    ]
    if header.parameters:
        lines += ["| parameter | type | |", "|---|---|---|"]
        lines += [
            f"| {name} | {entry.type}{', required' if entry.required else ''} | {entry.description} |"
            for name, entry in header.parameters.items()
        ]
        lines += [""]
    lines += ["| column | |", "|---|---|", *(f"| {name} | {text} |" for name, text in header.columns.items()), ""]
    return lines


def findings_page() -> str:
    """The codes of findings as Markdown: where each is found, and how grave it is."""
    rows = []
    for path in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "find" and len(node.args) == 4:
                code, severity = node.args[:2]
                if isinstance(code, ast.Constant) and isinstance(severity, ast.Constant):
                    rows.append(f"| {code.value} | {severity.value} | {path.relative_to(SOURCES)} |")
    table = ["| code | severity | found in src/sg17kg/sources/ |", "|---|---|---|", *sorted(set(rows))]
    return "\n".join(
        [
            "# Findings",
            "",
            "Made by `make docs`. What `sg17kg extract` reports of a document that does not agree with itself.",
            "",
            *table,
            "",
        ]
    )


PAGES = {"queries.md": queries_page, "findings.md": findings_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), "utf-8")
