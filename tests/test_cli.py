"""The command line: answers, exit codes, and one clear line for whatever is wrong."""

import gzip
import json
import tarfile
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from sg17kg import assets
from sg17kg.checks import preflight
from sg17kg.cli import main
from sg17kg.graph import ingest
from sg17kg.graph.build import Inputs
from tests import FIXTURES, ROOT

pytestmark = pytest.mark.usefixtures("commands_share_the_dataset")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def one_line(result: Result) -> str:
    """The only line of standard error."""
    assert "Traceback" not in result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_extract_prints_one_object_for_one_file() -> None:
    result = run("extract", FIXTURES / "01-single-draft.txt")
    assert result.exit_code == 0
    facts = json.loads(result.stdout)
    assert list(facts)[:3] == ["document", "circular", "contact"]
    contract = list(facts).index("unread")
    assert list(facts)[contract - 2 : contract] == ["evidence", "findings"]
    # what was added to the contract stands behind it
    assert {"letter", "decisions", "deadlines", "refers_to", "format", "places"} <= set(list(facts)[contract + 1 :])


def test_extract_prints_json_lines_for_several_files() -> None:
    result = run("extract", FIXTURES / "01-single-draft.txt", FIXTURES / "08-question-new.txt")
    assert [json.loads(line)["document"]["kind"] for line in result.stdout.splitlines()] == ["tap-consultation", "question-consultation"]


def test_extract_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    result = run("extract", tmp_path / "empty.txt", FIXTURES / "01-single-draft.txt")
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 1
    assert "empty.txt" in one_line(result)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", 1),
        ("letter.txt", b"Dear all, no circular.", 1),
        ("binary.txt", bytes(range(256)) * 10, 2),
        ("gb.txt", "电信标准化局第1号通函".encode("gb18030"), 2),
        ("word.docx", b"PK\x03\x04", 2),
    ],
)
def test_extract_says_what_is_wrong_in_one_line(name: str, content: bytes, code: int, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    result = run("extract", tmp_path / name)
    assert result.exit_code == code
    assert result.stdout == ""
    assert name in one_line(result)


def test_extract_refuses_folders_absent_and_huge_files(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(200 * 2**20)
    for path in (tmp_path, tmp_path / "absent.txt", tmp_path / "huge.txt"):
        result = run("extract", path)
        assert result.exit_code == 2
        assert str(path) in one_line(result)


def test_extract_writes_files_whole(tmp_path: Path) -> None:
    result = run("extract", "--without-running-text", "--out", tmp_path / "facts", FIXTURES / "01-single-draft.txt")
    assert result.exit_code == 0
    (path,) = (tmp_path / "facts").iterdir()
    assert json.loads(path.read_text("utf-8"))["drafts"][0]["abstract"] is None


def test_extract_into_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("extract", "--out", tmp_path / "file" / "x", FIXTURES / "01-single-draft.txt")
    assert result.exit_code == 2
    assert "cannot be written" in one_line(result)


def test_build_writes_dataset_and_manifest(small_inputs: Inputs, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assets, "folder", lambda name: small_inputs.data if name == "data" else ROOT / name)
    result = run("build", "--out", tmp_path)
    assert result.exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"dataset.nq", "manifest.json", "search.sqlite"}
    assert (tmp_path / "dataset.nq").read_bytes() == (dataset / "dataset.nq").read_bytes()


def test_build_does_not_write_over_the_dataset_that_is_named(small_inputs: Inputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dataset.nq").write_text("", "utf-8")
    monkeypatch.setenv(assets.DATASET, str(tmp_path))
    monkeypatch.setattr(assets, "root", lambda: tmp_path)
    monkeypatch.setattr(assets, "folder", lambda name: small_inputs.data if name == "data" else ROOT / name)
    assert run("build").exit_code == 0
    assert (tmp_path / "dataset.nq").read_text("utf-8") == ""
    assert (tmp_path / "build" / "dataset" / "manifest.json").is_file()


def test_another_dataset_is_named_by_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dataset.nq").write_text("<a:s> <a:p> <a:o> <a:g> .\n", "utf-8")
    monkeypatch.setenv(assets.DATASET, str(tmp_path))
    assert run("sparql", "ASK { <a:s> <a:p> <a:o> }").stdout == "true\n"
    monkeypatch.setenv(assets.DATASET, str(tmp_path / "none"))
    refused = run("sparql", "ASK { }")
    assert refused.exit_code == 2
    assert "none, which SG17KG_DATASET names, holds no dataset.nq; make one with" in one_line(refused)


def test_query_answers_who_owns_x1280() -> None:
    result = run("query", "question-owning", "number=X.1280", "--json")
    (row,) = json.loads(result.stdout)
    assert (row["question"], row["as_of"], row["document"], row["first_line"]) == (
        "Q10/17",
        "2025-12-11",
        "TSB Circular 101 (2025-2028)",
        "122",
    )


@pytest.mark.parametrize(
    ("format_", "shown"), [("table", "Q10/17    2025-12-11"), ("csv", "X.1280,Q10/17,2025-12-11"), ("sparql-json", '"vars"')]
)
def test_query_prints_tables_csv_and_sparql_json(format_: str, shown: str) -> None:
    assert shown in run("query", "question-owning", "number=X.1280", "--format", format_).stdout


def test_query_shows_its_sparql() -> None:
    assert 'VALUES (?number ?on ?said_by) { ("X.1280" UNDEF UNDEF) }' in run("query", "question-owning", "number=x1280", "--show").stdout


def test_queries_lists_the_catalogue() -> None:
    names = [entry["name"] for entry in json.loads(run("queries", "--json").stdout)]
    assert {
        "question-owning",
        "drafts-of-circular",
        "open-consultations",
        "became",
        "texts-of-question",
        "consultation-deadlines",
        "meetings",
        "a5-justifications",
    } <= set(names)
    assert "question-owning number [on]" in run("queries").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "nope"], "no query 'nope'"),
        (["query", "question-owning"], "'number' is missing"),
        (["query", "question-owning", "X.1280"], "write it as key=value"),
        (["query", "question-owning", "number=hello"], "no number"),
        (["query", "open-consultations", "on=tomorrow"], "no date"),
        (["sparql", "SELECT * {"], "malformed SPARQL"),
        (["sparql", "INSERT DATA { <a:a> <a:a> <a:a> }"], "read-only"),
        (["sparql", "@/nonexistent.rq"], "cannot be read"),
        (["dump", "--graph", "a:nope"], "no graph a:nope"),
        (["validate", "/nonexistent.nq"], "cannot be read"),
        (["validate", "/nonexistent.docx"], "unknown extension"),
    ],
)
def test_what_is_wrong_is_one_line(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == (1 if message in ("no query 'nope'", "no graph a:nope") else 2)
    assert message in one_line(result)


@pytest.mark.parametrize(
    "arguments", [("question-owning", "number=X.9999"), ("texts-of-question", "question=Q99/17"), ("became", "name=X.nope")]
)
def test_what_the_graph_does_not_have_is_one_line(arguments: tuple[str, str]) -> None:
    result = run("query", *arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not in the graph" in one_line(result)


def test_what_is_known_and_has_no_answer_has_no_rows() -> None:
    result = run("query", "question-owning", "number=X.1280", "on=2001-01-01", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_sparql_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text("ASK { ?s ?p 'X.1280' }")
    assert run("sparql", f"@{tmp_path / 'q.rq'}").stdout == "true\n"
    assert "sg17:" in run("sparql", "CONSTRUCT WHERE { <https://w3id.org/sg17kg/rec/X.1280> ?p ?o }").stdout


def test_validate_conforms(dataset: Path) -> None:
    result = run("validate", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["conforms"] is True


def test_validate_finds_violations_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("<https://example.org/x> a <https://w3id.org/sg17kg/ontology#Recommendation> .")
    result = run("validate", path, "--severity", "violation", "--lang", "zh")
    assert result.exit_code == 1
    assert "每个事物都有标签" in result.stdout
    assert "sh:ValidationReport" in run("validate", path, "--format", "ttl").stdout


def test_validate_cannot_run_on_what_is_no_rdf(tmp_path: Path) -> None:
    path = tmp_path / "bad.ttl"
    path.write_text("this is no Turtle")
    result = run("validate", path)
    assert result.exit_code == 2
    assert "bad.ttl" in one_line(result)


@pytest.mark.parametrize("format_", ["nq", "trig", "ttl", "nt", "jsonld", "rdfxml"])
def test_dump_in_every_format(format_: str, tmp_path: Path) -> None:
    path = tmp_path / f"dump.{format_}.gz"
    assert run("dump", "--format", format_, "--out", path).exit_code == 0
    assert b"X.1280" in gzip.decompress(path.read_bytes())
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_tables_go_to_a_folder_or_one_of_them_anywhere(tmp_path: Path) -> None:
    assert run("dump", "--format", "csv", "--out", tmp_path / "tables").exit_code == 0
    written = {path.name for path in (tmp_path / "tables").iterdir()}
    assert {"editions.csv", "owners.csv", "titles.csv"} <= written
    assert run("dump", "--table", "editions", "--out", tmp_path / "editions.csv.gz").exit_code == 0
    content = gzip.decompress((tmp_path / "editions.csv.gz").read_bytes())
    assert content == (tmp_path / "tables" / "editions.csv").read_bytes() == run("dump", "--table", "editions").stdout_bytes


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "csv"), "name a folder with --out"),
        (("--table", "nothing"), "no table 'nothing'"),
        (("--format", "csv", "--graph", "https://w3id.org/sg17kg/graph/curated", "--out", "x"), "leave out --graph"),
        (("--format", "ttl", "--table", "editions"), "leave out --format"),
        (("--out", "some.csv"), "name it with --table"),
    ],
)
def test_tables_that_cannot_be_written_are_told(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert told in one_line(run("dump", *arguments))
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_is_that_of_the_dataset(dataset: Path) -> None:
    manifest = json.loads((dataset / "manifest.json").read_text("utf-8"))
    assert run("fingerprint").stdout.strip() == manifest["files"]["dataset.nq"]["sha256"]


def test_a_failed_dump_leaves_nothing(tmp_path: Path) -> None:
    result = run("dump", "--graph", "a:nope", "--out", tmp_path / "x.nq")
    assert result.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_every_command_has_help_with_an_example() -> None:
    for name in main.commands:
        text = run(name, "--help").stdout
        assert "sg17kg" in text, name
    assert ROOT.is_dir()


def test_check_prints_findings_with_their_lines_and_a_clean_exit_code_means_none() -> None:
    result = run("check", FIXTURES / "12-contradictions.txt", "--alone")
    assert result.exit_code == 1
    assert all(line.startswith(str(FIXTURES)) for line in result.stdout.splitlines())
    assert "errors" in result.stdout.splitlines()[-1]


def test_check_against_the_graph_as_json() -> None:
    sixth = ROOT / "tests" / "fixtures" / "consequences" / "sixth.txt"
    result = run("check", sixth, "--json")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["kind"]) == (1, "tap-consultation")
    assert {"number-already-given", "short-notice"} <= {finding["code"] for finding in report["findings"]}


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"no circular at all"])
def test_check_cannot_read(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    path.write_bytes(content)
    result = run("check", path, "--alone")
    assert result.exit_code == 2
    assert "file.txt" in one_line(result)


def test_ingest_adds_once_and_the_store_answers(tmp_path: Path) -> None:
    store, circular = tmp_path / "store", FIXTURES / "01-single-draft.txt"
    first = run("ingest", circular, "--store", store)
    assert (first.exit_code, first.stdout) == (0, "")
    assert "TSB Circular 211 (2025-2028): added" in one_line(first)
    assert "nothing changed" in one_line(run("ingest", circular, "--store", store))
    answer = run("query", "open-consultations", "on=2027-05-01", "--store", store, "--format", "csv")
    assert [line.split(",")[0] for line in answer.stdout.splitlines()[1:]] == ["TSB Circular 211 (2025-2028)"]
    assert run("query", "open-consultations", "on=2027-05-01").stdout.count("\n") == 1


def test_ingest_leaves_out_what_is_no_circular_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("nothing of interest", "utf-8")
    (folder / "b.txt").write_bytes((FIXTURES / "01-single-draft.txt").read_bytes())
    (folder / "c.yaml").write_text("[", "utf-8")
    result = run("ingest", folder, "--store", tmp_path / "store")
    assert result.exit_code == 1
    said = result.stderr.splitlines()
    assert [line.split(":")[0] for line in said] == ["sg17kg", "TSB Circular 211 (2025-2028)", "sg17kg", "sg17kg"]
    assert "a.txt" in said[0]
    assert "c.yaml" in said[2]
    assert "documents: no record that can be read" in said[3]


RECORD = """
docidentifier: [{{content: "ITU-T {number} (01/2026)", type: ITU, primary: true}}]
title: [{{language: en, content: "{title}"}}]
date: [{{type: published, at: "2026-01-20"}}]
source: [{{type: src, content: "https://www.itu.int/rec/T-REC-{number}-202601-I"}}]
"""


def records_in(folder: Path) -> Path:
    """Two records that can be read, one of which is a part of the other, and one that cannot."""
    folder.mkdir()
    (folder / "one.yaml").write_text(RECORD.format(number="X.9981", title="First"), "utf-8")
    (folder / "two.yaml").write_text(RECORD.format(number="X.9982", title="Second"), "utf-8")
    (folder / "three.yaml").write_text("[", "utf-8")
    return folder


def archive_of(folder: Path) -> Path:
    path = folder.with_suffix(".tar.gz")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, folder.name)
    return path


@pytest.mark.parametrize("given", ["folder", "archive", "files"])
def test_records_are_one_unit_and_one_that_does_not_read_is_left_out(given: str, tmp_path: Path) -> None:
    folder, store = records_in(tmp_path / "records"), tmp_path / "store"
    named = {"folder": [folder], "archive": [archive_of(folder)], "files": sorted(folder.iterdir())}[given]
    result = run("ingest", *named, "--store", store)
    left_out, added = result.stderr.splitlines()
    assert result.exit_code == 1
    assert "three.yaml: not YAML" in left_out
    assert left_out.endswith("left out")
    assert ": added, " in added
    for number in ("X.9981", "X.9982"):
        answer = run("query", "status-of-text", f"number={number}", "on=2026-02-01", "--store", store, "--format", "csv")
        assert f"{number},in-force," in answer.stdout
    again = run("ingest", *named, "--store", store)
    assert (again.exit_code, "nothing changed" in again.stderr) == (1, True)


def test_strict_adds_nothing_where_a_record_does_not_read(tmp_path: Path) -> None:
    folder = records_in(tmp_path / "records")
    result = run("ingest", folder, "--strict", "--store", tmp_path / "store")
    assert result.exit_code == 1
    assert "nothing was added (--strict)" in result.stderr
    assert not (tmp_path / "store").exists()
    (folder / "three.yaml").unlink()
    assert run("ingest", folder, "--strict", "--store", tmp_path / "store").exit_code == 0


def test_rules_and_checks_run_once_for_many_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = records_in(tmp_path / "records")
    calls: list[str] = []

    def counted(module: ModuleType, name: str) -> None:
        original = getattr(module, name)

        def call(*given: object) -> object:
            calls.append(name)
            return original(*given)

        monkeypatch.setattr(module, name, call)

    counted(ingest, "apply_patch")
    counted(preflight, "refusals")
    run("ingest", folder, "--store", tmp_path / "store")
    assert calls == ["apply_patch", "refusals"]


def test_an_ingest_that_adds_nothing_leaves_no_new_store(tmp_path: Path) -> None:
    refused, store = tmp_path / "a.txt", tmp_path / "some" / "store"
    refused.write_text("nothing of interest", "utf-8")
    result = run("ingest", refused, "--store", store)
    assert result.exit_code == 1
    assert "nothing was added, so no store was made" in result.stderr
    assert list(tmp_path.iterdir()) == [refused]
    run("ingest", FIXTURES / "01-single-draft.txt", "--store", store)
    assert run("ingest", refused, "--store", store).exit_code == 1
    assert run("query", "meetings", "--store", store).exit_code == 0


def test_a_folder_of_letters_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes((FIXTURES / "01-single-draft.txt").read_bytes())
    for command in (("query", "meetings"), ("ingest", tmp_path / "a.txt")):
        result = run(*command, "--store", tmp_path)
        assert result.exit_code == 2
        assert "no store" in one_line(result)
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_store_that_is_not_there(tmp_path: Path) -> None:
    result = run("query", "meetings", "--store", tmp_path / "none")
    assert result.exit_code == 2
    assert "no store" in one_line(result)


def test_approvals_name_what_could_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "lists.json"
    entry = {"bulletin": 1, "date": "2031-01-01", "by": "AAP-1", "procedure": "A.8", "approved": {"X.1001": "01/2031", "?": "01/2031"}}
    path.write_text(json.dumps([entry]), "utf-8")
    result = run("approvals", path)
    assert result.exit_code == 1
    assert [row["number"] for row in json.loads(result.stdout)] == ["X.1001"]
    assert "'?'" in one_line(result)


def test_diff_tells_what_an_ingested_circular_changed(tmp_path: Path, dataset: Path) -> None:
    store = tmp_path / "store"
    run("ingest", FIXTURES / "01-single-draft.txt", "--store", store)
    result = run("diff", dataset / "dataset.nq", store)
    assert result.exit_code == 1
    assert "added TSB Circular 211 (2025-2028) <https://w3id.org/sg17kg/circular/2025-2028/211>" in result.stdout.splitlines()
    assert {change["kind"] for change in json.loads(run("diff", dataset / "dataset.nq", store, "--json").stdout)} >= {"added"}
    same = run("diff", store, store)
    assert (same.exit_code, same.stdout) == (0, "nothing changed\n")


def test_backup_and_restore(tmp_path: Path) -> None:
    store, kept, again = tmp_path / "store", tmp_path / "kept", tmp_path / "again"
    run("ingest", FIXTURES / "01-single-draft.txt", "--store", store)
    assert run("backup", store, kept).exit_code == 0
    assert run("restore", kept, again).exit_code == 0
    assert run("diff", store, again).exit_code == 0
    refused = run("restore", kept, store)
    assert refused.exit_code == 2
    assert "is there already" in one_line(refused)
