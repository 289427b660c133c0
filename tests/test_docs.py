"""Documentation holds: generated pages are current, and the commands of the README give what it shows."""

import json
import re
import shlex
from pathlib import Path
from types import ModuleType
from typing import get_args

import pytest
from click.testing import CliRunner
from scripts import make_docs
from starlette.testclient import TestClient

from sg17kg.checks.process import CheckLimits
from sg17kg.cli import main
from sg17kg.facts import LetterKind
from sg17kg.namespaces import PREFIXES
from sg17kg.queries.library import QueryLibrary
from sg17kg.readers import lines
from sg17kg.readers.pdf import characters, child, reader
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.app import create_app
from tests import ROOT

README = (ROOT / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    return make_docs


@pytest.mark.parametrize("name", ["queries.md", "findings.md", "json-ld.md", "modules.md", "cli.md", "facts-json.md"])
def test_generated_pages_are_current(name: str, maker: ModuleType) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == maker.PAGES[name](), "run `make docs`"


def test_the_context_is_current(maker: ModuleType) -> None:
    assert json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8")) == maker.context(), "run `make docs`"


def test_the_table_of_queries_is_current_and_names_each(maker: ModuleType) -> None:
    written = (ROOT / "queries" / "README.md").read_text("utf-8")
    assert written == maker.queries_readme(), "run `make docs`"
    links = re.findall(r"\((\S+\.rq)\)", written)
    assert sorted(links) == sorted(path.relative_to(ROOT / "queries").as_posix() for path in (ROOT / "queries").rglob("*.rq"))


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


def test_the_rest_example_of_the_readme_is_true(whole_store: EmbeddedStore, catalogue: QueryLibrary, whole_dataset: Path) -> None:
    shown = re.search(r"curl http://127\.0\.0\.1:8017(/api/\S+)\n(\{.*\})", README)
    assert shown
    with TestClient(create_app(whole_store, catalogue, whole_dataset / "dataset.nq")) as client:
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


DAYS = ("2000-01-01", "2023-05-01", "2024-03-01", "2025-12-04", "2025-12-11", "2026-02-12", "2026-03-01", "2026-04-03", "2026-04-04",
        "2026-05-20", "2026-05-21", "2026-06-10", "2026-09-01", "2040-01-01")  # fmt: skip
# The recipe of a day, the query of the catalogue that answers the same, its parameters, and the columns that must agree
RECIPES: tuple[tuple[str, str, dict[str, str], str, str], ...] = (
    ("4. On a day", "question-owning", {"number": "X.1282"}, "question", "question"),
    ("9. Open consultations", "open-consultations", {}, "document", "document"),
    ("14. The edition in force on a day", "status-of-text", {"number": "X.1280"}, "since", "since"),
    ("31. Where a text stands on a day", "status-of-text", {"number": "X.1286"}, "status", "status"),
)


def worked(title: str, day: str) -> str:
    """A query of the page for another day."""
    prefixes = re.search(r"```sparql-prefixes\n(.*?)```", GRAPH, re.DOTALL)
    query = next(query for name, query, _ in WORKED if name == title)
    line = re.search(r'VALUES \?day \{ ("[0-9-]+")\^\^xsd:date \}', query)
    assert prefixes
    assert line, f"{title} has no line with its day"
    query = query.replace(line[1], f'"{day}"')
    return f"{prefixes[1]}{query}"


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize(("title", "name", "given", "column", "own"), RECIPES, ids=[title for title, *_ in RECIPES])
def test_a_recipe_is_right_on_every_day(
    title: str, name: str, given: dict[str, str], column: str, own: str, day: str, store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    said = {value(row, own) for row in store.query(worked(title, day)).rows()}
    rows = store.query(catalogue.get(name).bind({**given, "on": day})).rows()
    if title.startswith("14."):
        rows = [row for row in rows if value(row, "status") == "in-force"]
    assert said == {value(row, column) for row in rows}


@pytest.mark.parametrize("said_by", ["1995-01-01", "2009-01-01", "2024-03-01", "2026-05-01", "2026-08-21", "2026-08-22"])
def test_the_recipe_of_both_days_agrees_with_the_catalogue(said_by: str, whole_store: EmbeddedStore, catalogue: QueryLibrary) -> None:
    prefixes = re.search(r"```sparql-prefixes\n(.*?)```", GRAPH, re.DOTALL)
    query = next(query for name, query, _ in WORKED if name.startswith("33."))
    assert prefixes
    for number in ("X.1280", "X.509", "Z.130", "Z.600", "F.400", "X.2210", "X.1286"):
        for day in DAYS:
            asked = query.replace('"2026-07-01"', f'"{day}"').replace('"2026-05-01"', f'"{said_by}"').replace("X.1280", number)
            said = [value(row, "status") for row in whole_store.query(f"{prefixes[1]}{asked}").rows()]
            rows = whole_store.query(catalogue.get("status-of-text").bind({"number": number, "on": day, "said_by": said_by})).rows()
            assert (number, day, said) == (number, day, [value(row, "status") for row in rows])


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("number", ["X.509", "Z.130", "Z.600", "X.1771", "X.2210", "X.1500", "X.1250", "F.400"])
def test_the_recipe_of_the_status_is_right_for_other_texts(
    number: str, day: str, whole_store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    said = [
        value(row, "status") for row in whole_store.query(worked("31. Where a text stands on a day", day).replace("X.1286", number)).rows()
    ]
    rows = whole_store.query(catalogue.get("status-of-text").bind({"number": number, "on": day})).rows()
    assert said == [value(row, "status") for row in rows]


@pytest.mark.parametrize("day", DAYS)
def test_the_recipe_of_owners_is_right_for_every_text_of_two_questions(
    day: str, whole_store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    for number in ("X.1282", "X.1280", "X.2210", "X.660", "X.1400"):
        said = {value(row, "question") for row in whole_store.query(worked("4. On a day", day).replace("X.1282", number)).rows()}
        rows = whole_store.query(catalogue.get("question-owning").bind({"number": number, "on": day})).rows()
        assert (number, said) == (number, {value(row, "question") for row in rows})


@pytest.mark.parametrize("day", DAYS)
def test_the_recipe_of_the_stages_of_drafts_counts_what_is_there_on_the_day(
    day: str, store: EmbeddedStore, catalogue: QueryLibrary
) -> None:
    drafts = store.query("SELECT DISTINCT ?draft { ?draft a <https://w3id.org/sg17kg/ontology#Draft> }").rows()
    stages = """SELECT ?draft ?status ?from ?to { ?state sg17:stateOf ?draft ; sg17:status/skos:notation ?status . ?draft a sg17:Draft .
      OPTIONAL { ?state sg17:startDate ?from } OPTIONAL { ?state sg17:endDate ?to } }"""
    declared = "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items())
    counted: dict[str, int] = {}
    for row in store.query(declared + stages).rows():
        first, last = value(row, "from"), value(row, "to")
        if first and first <= day <= (last or "9999"):
            counted[value(row, "status") or ""] = counted.get(value(row, "status") or "", 0) + 1
    said = {
        value(row, "status"): int(value(row, "drafts") or 0)
        for row in store.query(worked("23. The stage of every draft on a day", day)).rows()
    }
    assert said == counted
    assert sum(counted.values()) <= len(drafts)


def test_the_recipe_of_open_consultations_follows_a_corrigendum(corrected: EmbeddedStore, catalogue: QueryLibrary) -> None:
    """Between the deadline that the circular states and the one in force: open, or closed, as the corrigendum has it."""
    deadlines = "SELECT ?stated ?force { ?c sg17:replyDeadline ?stated ; sg17:deadlineInForce ?force }"
    query = f"PREFIX sg17: <https://w3id.org/sg17kg/ontology#> {deadlines}"
    moved = [
        (value(row, "stated"), value(row, "force")) for row in corrected.query(query).rows() if value(row, "stated") != value(row, "force")
    ]
    assert moved
    for day in {(moment or "")[:10] for pair in moved for moment in pair}:
        said = {value(row, "document") for row in corrected.query(worked("9. Open consultations", day)).rows()}
        rows = corrected.query(catalogue.get("open-consultations").bind({"on": day})).rows()
        assert said == {value(row, "document") for row in rows}


def test_the_python_of_the_readme_runs(capsys: pytest.CaptureFixture[str]) -> None:
    shown = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert shown
    exec(compile(shown[1], "README.md", "exec"), {})
    assert "Q10/17" in capsys.readouterr().out


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_page_of_iris_names_every_kind_of_path(whole_dataset: Path) -> None:
    written = (ROOT / "docs" / "reference" / "iris.md").read_text("utf-8")
    lines = (whole_dataset / "dataset.nq").read_bytes().splitlines()
    kinds = {found[1].decode() for line in lines if (found := re.match(rb"<https://w3id\.org/sg17kg/([a-z-]+)/", line))}
    assert kinds > {"rec", "question", "circular"}
    assert sorted(kind for kind in kinds if f"`{kind}/" not in written) == []


def test_every_decision_has_its_parts_and_its_place_in_the_list() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text("utf-8")
        parts = [text.index(f"\n## {part}\n") for part in ("Context", "Options weighed", "Decision", "Consequences")]
        assert parts == sorted(parts), path.name
        title = text.partition("\n")[0].removeprefix(f"# {int(path.name[:4])}. ")
        assert f"| {int(path.name[:4])} | [{title}]({path.name}) |" in listed


def test_every_library_has_its_line_in_the_decisions() -> None:
    (record,) = (ROOT / "docs" / "decisions").glob("0001-*.md")
    decisions = record.read_text("utf-8")
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
        f"{characters.MOST_PAGES} pages",
        f"{characters.MOST_CHARACTERS:,} characters",
        f"{reader.DEADLINE:.0f} seconds",
        f"{child.MEMORY // 2**30} GiB",
    )
    assert [bound for bound in bounds if bound not in page] == []


def test_every_kind_of_letter_has_its_row() -> None:
    page = (ROOT / "docs" / "how-to" / "documents.md").read_text("utf-8")
    named = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))))
    assert {*get_args(LetterKind), "other"} <= named


def test_the_limits_of_checks_are_those_of_the_program() -> None:
    limits = CheckLimits()
    page = (ROOT / "docs" / "how-to" / "check.md").read_text("utf-8")
    assert f"| files at once, waiting, from one client | {limits.at_once}, {limits.waiting}, {limits.of_one} |" in page
    assert f"| seconds, and seconds of waiting | {limits.seconds:g}, {limits.patience:g} |" in page
