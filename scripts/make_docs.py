"""Makes docs/reference/ and the JSON-LD context from the program and the ontology: `make docs`. A test holds them to it."""

import ast
import json
import re
from pathlib import Path
from typing import Any, cast

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, XSD

from sg17kg import assets
from sg17kg.cli import main
from sg17kg.graph.mapping import references
from sg17kg.namespaces import PREFIXES
from sg17kg.queries.library import Query, QueryLibrary

ROOT = Path(__file__).resolve().parent.parent
EXTRACTION = ROOT / "src" / "sg17kg" / "extraction"
REFERENCE = ROOT / "docs" / "reference"


# rdfs:Literal: months and years, whose types are outside the datatype map of OWL 2; JSON-LD gives each with its own type
_NATIVE = {XSD.string, XSD.integer, XSD.boolean, RDFS.Literal}
_BORROWED: dict[str, tuple[URIRef, str | None]] = {
    "label": (RDFS.label, "@language"),
    "title": (DCTERMS.title, "@language"),
    "issued": (DCTERMS.issued, "xsd:date"),
    "isPartOf": (DCTERMS.isPartOf, "@id"),
    "references": (DCTERMS.references, "@id"),
    "subject": (DCTERMS.subject, "@id"),
    "language": (DCTERMS.language, None),
    "prefLabel": (SKOS.prefLabel, "@language"),
    "altLabel": (SKOS.altLabel, None),
    "definition": (SKOS.definition, "@language"),
    "notation": (SKOS.notation, None),
    "inScheme": (SKOS.inScheme, "@id"),
    "broader": (SKOS.broader, "@id"),
    "wasDerivedFrom": (PROV.wasDerivedFrom, "@id"),
    "wasQuotedFrom": (PROV.wasQuotedFrom, "@id"),
    "subOrganizationOf": (URIRef("http://www.w3.org/ns/org#subOrganizationOf"), "@id"),
}


def context() -> dict[str, object]:
    """Return the JSON-LD context: a short name for each term of the ontology and each borrowed one, with the form of its values.

    Texts in several languages become maps by language, dates and other literals plain strings, links plain IRIs.
    """
    terms: dict[str, object] = {"@version": 1.1, "id": "@id", "type": "@type", **PREFIXES}
    for name, (iri, form) in _BORROWED.items():
        terms[name] = _term(_curie(iri), form)
    graph = Graph().parse(ROOT / "ontology" / "sg17.ttl")
    for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty):
        for term in sorted(graph.subjects(RDF.type, kind), key=str):
            name = str(term).rpartition("#")[2]
            terms[name] = _term(f"sg17:{name}", _form(graph, URIRef(str(term)), kind))
    return {"@context": terms}


def _form(graph: Graph, term: URIRef, kind: URIRef) -> str | None:
    """@id for links, the datatype of literals that JSON has no type for, @language for texts, which have no range."""
    if kind != OWL.DatatypeProperty:
        return "@id" if kind == OWL.ObjectProperty else None
    datatype = graph.value(term, RDFS.range)
    if datatype is None:
        return "@language"
    return None if datatype in _NATIVE else _curie(URIRef(str(datatype)))


def _term(iri: str, form: str | None) -> object:
    if form is None:
        return iri
    return {"@id": iri, "@container": "@language"} if form == "@language" else {"@id": iri, "@type": form}


def _curie(iri: URIRef) -> str:
    return next(f"{prefix}:{iri.removeprefix(base)}" for prefix, base in PREFIXES.items() if iri.startswith(base))


def context_page() -> str:
    """Return the JSON-LD context as Markdown."""
    rows = [
        f"| {name} | {entry if isinstance(entry, str) else entry['@id']} | {_values(entry)} |"
        for name, entry in cast("dict[str, Any]", context()["@context"]).items()
        if isinstance(entry, str | dict) and not (isinstance(entry, str) and entry.startswith(("http", "@")))
    ]
    return "\n".join(
        [
            "# JSON-LD context",
            "",
            "Made by `make docs` from ontology/sg17.ttl; the context itself is ontology/context.jsonld. Names are those of the",
            "ontology without prefix; a test turns every kind of thing into JSON-LD with it and back, and finds the same triples.",
            "",
            "| name | term | values |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def _values(entry: str | dict[str, str]) -> str:
    if isinstance(entry, str):
        return "class, or plain values"
    if "@container" in entry:
        return "texts by language"
    return "links" if entry["@type"] == "@id" else entry["@type"]


def queries_page() -> str:
    """Return the query catalogue as Markdown."""
    lines = [
        "# Queries",
        "",
        "Made by `make docs` from queries/. Each is a command, a REST address and a file that runs in any SPARQL console.",
        "",
    ]
    for query in QueryLibrary.read(assets.folder("queries")).public():
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
    """Return the codes of findings as Markdown: where each is found, and how grave it is."""
    rows = []
    for path in sorted(EXTRACTION.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "find" and len(node.args) == 4:
                code, severity = node.args[:2]
                if isinstance(code, ast.Constant) and isinstance(severity, ast.Constant):
                    rows.append(f"| {code.value!s} | {severity.value!s} | {path.relative_to(EXTRACTION)} |")
    table = ["| code | severity | found in src/sg17kg/extraction/ |", "|---|---|---|", *sorted(set(rows))]
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


def sources_page() -> str:
    """Return the outside sources of the dataset as Markdown, out of data/curated/sources.yaml."""
    lines = [
        "# Sources",
        "",
        "Made by `make docs` from curated/sources.yaml. Circulars in documents/ were read by `sg17kg extract`; each names its file by",
        "SHA-256. Everything else comes out of the sources below, by the commands `sg17kg editions`, `approvals`, `twins` and `facts`.",
        "",
    ]
    for source in references.sources(ROOT / "data"):
        lines += [
            f"## {source.title}, {source.version}",
            "",
            f"- publisher: {source.publisher}",
            f"- address: {source.address}",
            f"- day of this version: {source.day}",
            f"- taken: {source.taken}",
            f"- its own licence statement: {source.rights}",
            f"- file here: reference/{source.file.name}; graph: {source.graph}",
            "",
        ]
    return "\n".join(lines)


_FOLDERS = {
    "questions": "What users ask by name, with `sg17kg query` and /api/v1/queries; [their reference](../docs/reference/queries.md).",
    "lists": "The same, for long lists: these are paged.",
    "tables": "A CSV table each, for `sg17kg dump --format csv`.",
    "resources": "What pages and REST need to show one thing. Their columns may change with the pages.",
    "rules": "CONSTRUCT queries that derive statements: in a build in their `order`, after a change for single things (`key`).",
    "checks": "What must give no row: a row is an error or a warning of `sg17kg validate`.",
}


# What reads documents knows no query (a contract of import-linter): there a name is an ordinary word
_WITHOUT_QUERIES = ("extraction", "readers", "reference_data", "rendering")


def queries_readme() -> str:
    """Return the table of all query files as Markdown, by folder, with the modules that name each."""
    lines = [
        "# Queries",
        "",
        "Made by `make docs` from the headers of the files. Every SPARQL query of the project is a file here, and runs as it stands in any",
        "SPARQL console: the values in its line `#= parameters` are samples, in whose place src/sg17kg/queries/binding.py puts the",
        "arguments. src/sg17kg/queries/header.py says what a header holds.",
        "",
    ]
    modules = {
        path: path.read_text("utf-8")
        for path in sorted((ROOT / "src" / "sg17kg").rglob("*.py"))
        if path.relative_to(ROOT / "src" / "sg17kg").parts[0] not in _WITHOUT_QUERIES
    }
    library = QueryLibrary.read(ROOT / "queries")
    for folder, purpose in _FOLDERS.items():
        lines += [f"## {folder}/", "", purpose, "", "| query | what it gives | parameters | named in |", "|---|---|---|---|"]
        for query in library.group(folder):
            # a name of one word is an ordinary word, too: only as the first argument of a call it is that of a query
            name = re.compile(f'{"" if "-" in query.name else "(?:rows|ask|get|Ask|_from_rows)[(]"}"{query.name}"')
            named = [str(path.relative_to(ROOT / "src" / "sg17kg")) for path, text in modules.items() if name.search(text)]
            file = next((ROOT / "queries" / folder).rglob(f"{query.name}.rq")).relative_to(ROOT / "queries")
            lines.append(f"| [{query.name}]({file}) | {query.header.summary} | {', '.join(query.header.parameters)} | {', '.join(named)} |")
        lines.append("")
    return "\n".join(lines)


def modules_page() -> str:
    """Return the modules of the package as Markdown, each with the first line of its docstring."""
    source = ROOT / "src" / "sg17kg"
    lines = ["# Modules", "", "Made by `make docs` from docstrings. [docs/architecture.md](../architecture.md) draws the layers.", ""]
    folder = None
    for path in sorted(
        source.rglob("*.py"), key=lambda path: (path.parent.relative_to(source).parts, path.name != "__init__.py", path.name)
    ):
        said = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0].replace("|", "\\|")
        if path.parent != folder:
            folder = path.parent
            lines += ["", f"## {'/'.join(('sg17kg', *folder.relative_to(source).parts))}", ""]
        lines += [said, "", "| module | |", "|---|---|"] if path.name == "__init__.py" else [f"| {path.name} | {said} |"]
    return "\n".join((*lines, ""))


def commands_page() -> str:
    """Return the commands as Markdown, with their own help."""
    lines = [
        "# Command line",
        "",
        "Made by `make docs` from the help of the commands. Errors are one line on standard error: what was read, where, and what to do.",
        "Exit codes: 0 as asked; 1 findings, or what was asked for is not there; 2 it cannot be read or used.",
        "",
    ]
    context = main.make_context("sg17kg", [], resilient_parsing=True)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command
        own = command.make_context(name, [], parent=context, resilient_parsing=True, max_content_width=100, terminal_width=100)
        lines += [f"## {name}", "", "```", *(line.rstrip() for line in command.get_help(own).splitlines()), "```", ""]
    return "\n".join(lines)


_FACTS = """# Facts JSON

Made by `make docs` from src/sg17kg/facts.py. Facts are all that one document states, with lines: `sg17kg extract` prints them, and
data/documents/ holds them.

- A value that the document does not state is `null`, never a guess. What follows from elsewhere is allowed in three places alone:
  the study period of a date, the English name of a place, and the dot that conversion took from a number (`X1373` is `X.1373`).
- Days are ISO dates. A deadline counts as UTC only where the letter says UTC.
- Lines are those of the file, from 1; a pair is the first and the last.
- `evidence` says where each value of the header stands, by JSON pointer: of several places, the first that states it whole.
- `findings` are what does not agree within the document ([their codes](findings.md)). `unread` are the lines that no field consumed.
- Subjects, titles and labels are as printed, with typographic hyphens and no-break spaces.
- Keys may be added at the end of an object. A reader must ignore those that it does not know.
"""


def facts_page() -> str:
    """Return the facts JSON as Markdown, with the objects in the order of the module and the whole first."""
    lines = [_FACTS]
    tree = ast.parse((ROOT / "src" / "sg17kg" / "facts.py").read_text("utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    for node in sorted(classes, key=lambda node: node.name != "Facts"):
        said = " ".join((ast.get_docstring(node) or "").split())
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]
        lines += [f"## {node.name}", "", said, "", "| key | type |", "|---|---|"]
        lines += [f"| {ast.unparse(each.target)} | `{ast.unparse(each.annotation)}` |".replace(" | None", " or None") for each in fields]
        lines.append("")
    lines += ["## Values", "", "| name | values |", "|---|---|"]
    for statement in tree.body:
        if (
            isinstance(statement, ast.Assign)
            and isinstance(statement.targets[0], ast.Name)
            and ast.unparse(statement.value).startswith(("Literal[", "tuple["))
        ):
            lines.append(f"| {statement.targets[0].id} | `{ast.unparse(statement.value)}` |")
    return "\n".join((*lines, ""))


PAGES = {
    "facts-json.md": facts_page,
    "queries.md": queries_page,
    "findings.md": findings_page,
    "json-ld.md": context_page,
    "modules.md": modules_page,
    "cli.md": commands_page,
}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), "utf-8")
    (ROOT / "queries" / "README.md").write_text(queries_readme(), "utf-8")
    (ROOT / "data" / "SOURCES.md").write_text(sources_page(), "utf-8")
    (ROOT / "ontology" / "context.jsonld").write_text(json.dumps(context(), indent=1) + "\n", "utf-8")
