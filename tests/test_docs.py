"""Documentation holds: generated pages are current, and the commands of the README give what it shows."""

import importlib.util
import json
import re
import shlex
from types import ModuleType
from typing import get_args

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from sg17kg.cli import main
from sg17kg.namespaces import PREFIXES
from sg17kg.records import LetterKind
from sg17kg.sources.readers import lines, pdf, pdf_characters, pdf_worker
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_make", ROOT / "docs" / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["queries.md", "findings.md", "json-ld.md"])
def test_generated_pages_are_current(name: str, maker: ModuleType) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == maker.PAGES[name](), "run `make docs`"


def test_the_context_is_current(maker: ModuleType) -> None:
    assert json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8")) == maker.context(), "run `make docs`"


def test_the_page_of_sources_is_current(maker: ModuleType) -> None:
    assert (ROOT / "data" / "SOURCES.md").read_text("utf-8") == maker.sources_page(), "run `make docs`"


COUNTS = {
    r"(\d+), with \d+ editions": "?t sg17:ofGroup <https://w3id.org/sg17kg/sg/17> ; sg17:number ?n",
    r"\d+, with (\d+) editions": """?text sg17:ofGroup <https://w3id.org/sg17kg/sg/17> .
        { ?t sg17:editionOf ?text } UNION { ?part sg17:amends|sg17:corrects|sg17:changes ?text . ?t sg17:editionOf ?part }""",
    r"(\d+) versions under": "?t a sg17:QuestionVersion",
    r"versions under (\d+) numbers": "?t a sg17:Question",
    r"(\d+) statements, and": "?t a sg17:Responsibility ; sg17:basis/skos:notation 'stated'",
    r"statements, and (\d+) that": "?t a sg17:Responsibility ; sg17:basis/skos:notation 'inferred'",
    r"work items \| (\d+), ": "?t a sg17:Meeting",
    r"work items \| \d+, (\d+), ": "?t a sg17:Circular",
    r"work items \| \d+, \d+, (\d+) ": "?t a sg17:WorkItem",
    r"(\d+) notices": "?t a sg17:ApprovalNotice",
    r"(\d+) standards": "?t a sg17:Standard",
    r"standards with (\d+) editions": "?t a sg17:StandardEdition",
    r"(\d+) ranges": "?t a sg17:Subseries",
}


@pytest.mark.parametrize("shown", COUNTS)
def test_the_numbers_of_the_readme_are_those_of_the_dataset(shown: str, whole_store: EmbeddedStore) -> None:
    found = re.search(shown, README)
    assert found
    declared = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    (row,) = whole_store.query(f"{declared} SELECT (COUNT(DISTINCT ?t) AS ?count) {{ {COUNTS[shown]} }}").rows()
    assert found[1] == value(row, "count")


def test_the_commands_of_the_readme_give_what_it_shows() -> None:
    shown = re.search(r"\$ sg17kg (query question-owning.*)\n((?:[^$\n].*\n)+)", README)
    assert shown
    result = CliRunner().invoke(main, shlex.split(shown[1]))
    assert result.stdout.split() == shown[2].split()


def test_the_rest_example_of_the_readme_is_true(client: TestClient) -> None:
    shown = re.search(r"curl http://127\.0\.0\.1:8017(/api/\S+)\n(\{.*\})", README)
    assert shown
    assert client.get(shown[1]).json() == json.loads(shown[2])


def test_the_sparql_of_the_readme_answers(store: EmbeddedStore) -> None:
    shown = re.search(r"```sparql\n(.*?)```", README, re.DOTALL)
    assert shown
    (row,) = store.query(shown[1]).rows()
    assert (value(row, "asOf"), value(row, "line")) == ("2025-12-11", "122")


GRAPH = (ROOT / "docs" / "reference" / "graph.md").read_text("utf-8")
WORKED = re.findall(r"## (\d+\. [^\n]+)\n.*?```sparql\n(.*?)```\n\n```csv\n(.*?)```", GRAPH, re.DOTALL)


def test_the_graph_is_taught_by_twenty_queries() -> None:
    assert len(WORKED) >= 20


@pytest.mark.parametrize(("title", "query", "answer"), WORKED, ids=[title for title, *_ in WORKED])
def test_a_worked_query_gives_the_answer_that_is_shown(title: str, query: str, answer: str, store: EmbeddedStore) -> None:
    prefixes = re.search(r"```sparql-prefixes\n(.*?)```", GRAPH, re.DOTALL)
    assert prefixes
    assert store.query(prefixes[1] + query).serialize("csv").decode().replace("\r\n", "\n") == answer, title


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert shown
    exec(compile(shown[1], "README.md", "exec"), {})
    assert "Q10/17" in capsys.readouterr().out


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_library_has_its_line_in_the_decisions() -> None:
    decisions = (ROOT / "docs" / "decisions.md").read_text("utf-8")
    named = re.findall(r'^  "([A-Za-z0-9-]+)[>=<]', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)
    section = re.search(r"\[dependency-groups\](.*?)\n\n", (ROOT / "pyproject.toml").read_text("utf-8"), re.DOTALL)
    assert section
    groups = re.findall(r'"([A-Za-z0-9-]+)(?:>=[^"]*)?"', section[1])
    assert [name for name in {*named, *groups} if name.lower() not in decisions.lower()] == []


def test_the_page_of_the_readers_gives_their_bounds() -> None:
    page = (ROOT / "docs" / "reference" / "readers.md").read_text("utf-8")
    bounds = (
        f"{lines.LARGEST_FILE // 2**20} MiB",
        f"{lines.LARGEST_TEXT // 2**20} MiB",
        f"{lines.MOST_LINES:,} lines",
        f"{lines.LONGEST_LINE:,} characters",
        f"{pdf_characters.MOST_PAGES} pages",
        f"{pdf_characters.MOST_CHARACTERS:,} characters",
        f"{pdf.DEADLINE:.0f} seconds",
        f"{pdf_worker.MEMORY // 2**30} GiB",
    )
    assert [bound for bound in bounds if bound not in page] == []


def test_every_kind_of_letter_has_its_row() -> None:
    page = (ROOT / "docs" / "how-to" / "documents.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))))
    assert {*get_args(LetterKind), "other"} <= named
