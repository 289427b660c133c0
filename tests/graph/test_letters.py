"""Letters in six languages, and letters that bear no number of a circular, in the graph: merged, in conflict, deciding."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS

from sg17kg import assets, facts_json, readers
from sg17kg import facts as records
from sg17kg.checks.preflight import Rulebook, refusals
from sg17kg.cli import main
from sg17kg.errors import BuildError
from sg17kg.extraction.extractor import Extractor
from sg17kg.extraction.gazetteer import load_periods
from sg17kg.facts import Facts
from sg17kg.graph.build import build
from sg17kg.graph.ingest import Patch, apply_patch, of_document
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import RdfLiteral, value
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT
from tests.built import build_inputs, small_data
from tests.letters.composing import LANGUAGES, as_docx, as_text, compose

KG = "https://w3id.org/sg17kg/"
VOC = f"{KG}vocabulary/"
PREFIXES = f"""PREFIX sg17: <{KG}ontology#> PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> """
CATALOGUE = QueryLibrary.read(ROOT / "queries")
RULES = list(CATALOGUE.group("rules"))
BOOK = Rulebook(CATALOGUE, ROOT / "shapes", ROOT / "ontology" / "sg17.ttl", EmbeddedStore.from_nquads)
PERIODS = load_periods(ROOT / "data" / "curated")
Change = Callable[[str], str]


@cache
def extractor() -> Extractor:
    return Extractor.load(assets.language_packs(), ROOT / "data" / "curated")


def read(kind: str, number: int, lang: str, change: Change = str) -> Facts:
    """The facts of a composed letter, its text changed before it is read."""
    text = change(as_text(compose(kind, number, lang)))
    return records.without_running_text(extractor().extract(readers.read_bytes(f"{kind}-{number}.{lang}.txt", text.encode())))


def letter(kind: str, number: int, lang: str = "en", change: Change = str) -> Patch:
    return of_document(read(kind, number, lang, change), PERIODS)


class Known:
    """A dataset that grows letter by letter, as `sg17kg ingest` makes it."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        self.rows = list(rows)

    def plus(self, *additions: Patch) -> "Known":
        rows = self.rows
        for addition in additions:
            rows = apply_patch(rows, addition, RULES, EmbeddedStore.from_nquads)
        return Known(rows)

    def asked(self, query: str) -> list[tuple[str | None, ...]]:
        store = EmbeddedStore.from_nquads(b"".join(self.rows))
        return [tuple(value(row, name) for name in row) for row in store.query(PREFIXES + query).rows()]

    def refused(self, addition: Patch) -> list[str]:
        return [f"{result.rule} {result.focus} {result.path} {result.value}" for result in refusals(addition, self.rows, BOOK)]

    def graph(self, name: str) -> set[bytes]:
        return {row for row in self.rows if row.rsplit(b" ", 2)[1] == f"<{KG}graph/{name}>".encode()}


@pytest.fixture(scope="module")
def ontology(dataset: Path) -> Known:
    """The dataset without its five circulars and what catalogues say, so that letters stand alone."""
    aside = tuple(f"<{KG}graph/{name}".encode() for name in ("circular/", "evidence/", "reference/", "curated", "inferred/"))
    rows = (dataset / "dataset.nq").read_bytes().splitlines(keepends=True)
    kept = [row for row in rows if not row.rsplit(b" ", 2)[1].startswith(aside)]
    groups = [
        row for row in rows if row.rsplit(b" ", 2)[1] == f"<{KG}graph/curated>".encode() and re.match(rb"<\S+/(sg|period|group)/", row)
    ]
    return Known([*kept, *groups])


CIRCULAR, DRAFT = f"<{KG}circular/2025-2028/302>", f"{KG}draft/2025-2028/302"


@pytest.fixture(scope="module")
def versions() -> list[Patch]:
    return [letter("tap-consultation", 2, lang) for lang in LANGUAGES]


@pytest.fixture(scope="module")
def six(ontology: Known, versions: list[Patch]) -> Known:
    """One circular in six languages, added one after the other."""
    return ontology.plus(*versions)


def test_six_language_versions_are_one_circular_with_six_titles_and_no_conflict(six: Known) -> None:
    assert [row[0] for row in six.asked("SELECT ?c { ?c a sg17:Circular ; sg17:opens ?x }")] == [f"{KG}circular/2025-2028/302"]
    assert {row[0] for row in six.asked(f"SELECT (LANG(?t) AS ?l) {{ {CIRCULAR} dcterms:title ?t }}")} == set(LANGUAGES)
    assert six.asked(f"SELECT ?l {{ {CIRCULAR} rdfs:label ?l }}") == [("TSB Circular 302 (2025-2028)",)]
    assert six.asked("SELECT ?c { ?c a sg17:Conflict }") == []


def test_what_a_version_says_apart_from_words_and_findings_is_what_the_others_say(six: Known) -> None:
    def facts(name: str) -> set[bytes]:
        triples = {row.rsplit(b" ", 2)[0] for row in six.graph(name) if not re.search(rb'"@(?!en )\w\w |/finding/', row)}
        return {triple for triple in triples if b"#statedIn>" not in triple and b"#title" not in triple and b"/title>" not in triple}

    without_words = {lang: facts(f"circular/2025-2028/302{'' if lang == 'zh' else '/' + lang}") for lang in LANGUAGES}
    english_text = {triple for triple in without_words["en"] if re.search(rb"#(signatory|addressee|copyTo|rowLabel)>", triple)}
    assert len(without_words["zh"]) > 100
    for lang in LANGUAGES:
        assert without_words[lang] - english_text == without_words["zh"], lang


def test_every_version_passes_shapes_and_checks_beside_the_others(six: Known, versions: list[Patch]) -> None:
    for version in versions:
        assert six.refused(version) == []


def test_evidence_names_the_lines_of_each_version(six: Known) -> None:
    query = f"""SELECT DISTINCT ?lang {{ ?s rdf:subject <{KG}consultation/2025-2028/302> ; rdf:predicate sg17:replyDeadline ;
      prov:wasQuotedFrom/sg17:sourceFile/dcterms:language ?lang }}"""
    assert {row[0] for row in six.asked(query)} == set(LANGUAGES)


def test_a_version_that_is_added_leaves_the_others_and_a_newer_one_replaces_its_own_graph_only(ontology: Known) -> None:
    chinese = ontology.plus(letter("tap-consultation", 2, "zh"))
    both = chinese.plus(letter("tap-consultation", 2, "fr"))
    names = ("circular/2025-2028/302", "evidence/circular/2025-2028/302")
    assert all(chinese.graph(name) and both.graph(name) == chinese.graph(name) for name in names)
    assert letter("tap-consultation", 2, "fr").known_to(both.rows)
    assert both.plus(letter("tap-consultation", 2, "fr")).rows == both.rows
    newer = both.plus(letter("tap-consultation", 2, "fr", lambda text: text.replace("SG17/LN", "SG17/NL")))
    assert all(newer.graph(name) == chinese.graph(name) for name in names)
    assert newer.graph("circular/2025-2028/302/fr") != both.graph("circular/2025-2028/302/fr")
    french = [row for row in newer.rows if b"#fileName> " in row and b".fr.txt" in row]
    assert len(french) == 1, "the older French file is gone"


@pytest.mark.parametrize(
    ("query", "parameters", "rows"),
    [
        ("circular-drafts", {"iri": f"{KG}circular/2025-2028/302"}, 4),
        ("consulted-texts", {"consultation": f"{KG}consultation/2025-2028/302"}, 4),
        ("consultation-rows", {"consultation": f"{KG}consultation/2025-2028/302"}, 4),
        ("consultation-deadlines", {}, 1),
        ("news", {"kind": "circular"}, 1),
    ],
)
def test_lists_have_a_row_for_each_thing_and_not_for_each_language(query: str, parameters: dict[str, str], rows: int, six: Known) -> None:
    found = EmbeddedStore.from_nquads(b"".join(six.rows)).query(CATALOGUE.get(query).bind(parameters)).rows()
    assert len(found) == rows
    texts = [term for row in found for term in row.values() if isinstance(term, RdfLiteral) and term.language and term.language != "en"]
    assert texts == []


def test_findings_of_two_languages_are_apart(six: Known) -> None:
    rows = six.asked("SELECT ?f (COUNT(DISTINCT ?m) AS ?n) { ?f a sg17:Finding ; sg17:message ?m } GROUP BY ?f")
    assert any((row[0] or "").startswith(f"{KG}circular/2025-2028/302/fr/finding/") for row in rows)
    assert {row[1] for row in rows} == {"1"}


def other_deadline(text: str) -> str:
    changed = text.replace("12 August 2026", "13 August 2026")
    assert changed != text
    return changed


def test_another_deadline_in_one_version_is_a_conflict_with_both_passages_and_is_not_refused(ontology: Known) -> None:
    differing = letter("tap-consultation", 2, "en", other_deadline)
    known = ontology.plus(letter("tap-consultation", 2, "zh"), letter("tap-consultation", 2, "fr"), differing)
    assert known.refused(differing) == []
    (deadlines,) = known.asked("SELECT (COUNT(DISTINCT ?d) AS ?n) { ?c sg17:replyDeadline ?d }")
    assert deadlines == ("2",)
    query = f"""SELECT ?conflict ?lang {{ ?conflict sg17:conflictType <{VOC}conflict/language-versions-differ> ;
      sg17:conflictAbout <{KG}consultation/2025-2028/302> ; sg17:statedIn/sg17:sourceFile/dcterms:language ?lang }}"""
    rows = known.asked(query)
    assert len({row[0] for row in rows}) == 1
    assert {row[1] for row in rows} == {"en", "fr", "zh"}
    (label,) = {row[0] for row in known.asked("SELECT ?l { ?c a sg17:Conflict ; rdfs:label ?l }")}
    assert label is not None
    assert "2026-08-12" in label
    assert "2026-08-13" in label


def test_two_values_in_one_document_are_refused(ontology: Known) -> None:
    addition = letter("tap-consultation", 2)
    deadline = next(row for row in addition.rows if b"/graph/circular/" in row and b"#replyDeadline>" in row)
    twice = Patch(addition.label, addition.graphs, (*addition.rows, re.sub(rb'"2026-\d\d-\d\d', b'"2026-01-01', deadline)))
    assert any("one-value-a-source" in result for result in ontology.plus(twice).refused(twice))


OUTCOMES = """SELECT ?draft ?code ?day ?edition ?said { ?o sg17:outcomeOf ?draft ; sg17:outcome ?code ; sg17:outcomeDate ?day
  OPTIONAL { ?o sg17:approvedAs ?edition } OPTIONAL { ?o sg17:saidOn ?said } } ORDER BY ?draft"""


@pytest.fixture(scope="module")
def decided(ontology: Known) -> Known:
    return ontology.plus(letter("tap-consultation", 2, "zh"), letter("approval", 2, "fr"))


def edition(text: str, day: str) -> list[bytes]:
    """An edition of that day, in a catalogue of the same day."""
    node, own, dated = f"<{KG}{text}/{day[:7]}>", f"{KG}ontology#", f'"{day}"^^<http://www.w3.org/2001/XMLSchema#date>'
    rows = (
        f"{node} <{RDF.type}> <{own}Edition> <https://example.org/g> .",
        f'{node} <{RDFS.label}> "{text.rpartition("/")[2]} of {day}"@en <https://example.org/g> .',
        f"{node} <{own}editionOf> <{KG}{text}> <https://example.org/g> .",
        f"{node} <{own}approvedOn> {dated} <https://example.org/g> .",
        f"<https://example.org/g> <{PROV.wasDerivedFrom}> <https://example.org/c> <https://example.org/p> .",
        f"<https://example.org/c> <{DCTERMS.issued}> {dated} <https://example.org/p> .",
    )
    return [f"{row}\n".encode() for row in rows]


def codes(known: Known) -> dict[str, tuple[str | None, ...]]:
    return {(row[0] or "").removeprefix(KG): ((row[1] or "").rsplit("/", 1)[-1], *row[2:]) for row in known.asked(OUTCOMES)}


def test_an_approval_circular_settles_the_outcome_of_each_draft(decided: Known) -> None:
    day, said = "2026-09-04", "2026-09-14"
    drafts = [f"draft/2025-2028/302/{item}" for item in (1, 2, 3, 4)]
    words = ("approved", "approved", "not-approved", "deferred")
    assert codes(decided) == {draft: (word, day, None, said) for draft, word in zip(drafts, words, strict=True)}


def test_an_outcome_names_draft_and_decision_and_the_edition_of_that_day(decided: Known) -> None:
    known = Known([*decided.rows, *edition("rec/X.9286", "2026-09-04")]).plus(letter("approval", 2, "en"))
    assert codes(known)["draft/2025-2028/302/2"][2] == f"{KG}rec/X.9286/2026-09"
    query = f"SELECT ?p {{ <{DRAFT}/2/outcome> prov:wasDerivedFrom ?p }} ORDER BY ?p"
    assert [row[0] for row in known.asked(query)] == [f"{KG}circular/2025-2028/322/decision/2", f"{DRAFT}/2", f"{KG}rec/X.9286/2026-09"]


def test_a_draft_that_became_nothing_is_not_shown_as_something_else(decided: Known) -> None:
    store = EmbeddedStore.from_nquads(b"".join(decided.rows))
    rows = store.query(CATALOGUE.get("draft-chain").bind({"draft": f"{DRAFT}/3"})).rows()
    assert {(row.get("became"), row.get("became_iri")) for row in rows} == {(None, None)}
    assert {value(row, "became_on") for row in rows} == {"2026-09-04"}


def test_the_stages_of_drafts_follow_what_was_decided(decided: Known) -> None:
    query = f"""SELECT ?n ?start ?end {{ ?s sg17:stateOf <{DRAFT}/%s> ; sg17:status ?status . BIND(STRAFTER(STR(?status), "/status/") AS ?n)
      OPTIONAL {{ ?s sg17:startDate ?start }} OPTIONAL {{ ?s sg17:endDate ?end }} }} ORDER BY DESC(?start) LIMIT 1"""
    assert decided.asked(query % 2)[0][:2] == ("approved", "2026-09-04")
    assert decided.asked(query % 3)[0][:2] == ("not-approved", "2026-09-04")
    assert decided.asked(query % 4) == [("consultation-closed", "2026-08-13", None)]
    texts = f"""SELECT ?n {{ ?s sg17:stateOf <{KG}rec/%s> ; sg17:status ?status ; sg17:startDate ?start .
      BIND(STRAFTER(STR(?status), "/status/") AS ?n) }} ORDER BY DESC(?start) LIMIT 1"""
    assert [decided.asked(texts % number) for number in ("X.9286", "X.9311")] == [[("approved",)], [("not-approved",)]]


def test_versions_that_differ_on_a_decision_settle_nothing_and_are_a_conflict(ontology: Known) -> None:
    changed = letter("approval", 2, "en", lambda text: text.replace("deferred to the next meeting", "approved"))
    known = ontology.plus(letter("tap-consultation", 2), letter("approval", 2, "fr"), changed)
    assert "draft/2025-2028/302/4" not in codes(known)
    about = f"SELECT ?a {{ ?c sg17:conflictType <{VOC}conflict/language-versions-differ> ; sg17:conflictAbout ?a }}"
    assert (f"{KG}circular/2025-2028/322/decision/4",) in known.asked(about)


OTHER_LETTERS = {
    ("approval", 3): "circular/2022-2024/323",
    ("approval", 4): "circular/2017-2020/324",
    ("deletion", 1): "circular/2025-2028/331",
    ("deletion", 2): "circular/2025-2028/332",
    ("aap", 2): "announcement/2025-2028/AAP-34",
    ("aap", 3): "announcement/2022-2024/AAP-41",
    ("collective-letter", 2): "collective-letter/sg17/2025-2028/9",
    ("collective-letter", 4): "collective-letter/sg17/2017-2020/7",
    ("corrigendum", 1): "circular/2025-2028/301/corrigendum/1",
    ("corrigendum", 4): "circular/2017-2020/304/corrigendum/2",
    ("other", 1): "circular/2025-2028/341",
}


@pytest.mark.parametrize(("kind", "number"), OTHER_LETTERS, ids=str)
def test_a_letter_comes_in_with_evidence_and_passes_shapes_and_checks(kind: str, number: int, ontology: Known) -> None:
    path = OTHER_LETTERS[kind, number]
    chinese, french = letter(kind, number, "zh"), letter(kind, number, "fr")
    known = ontology.plus(chinese, french)
    assert known.refused(chinese) == known.refused(french) == []
    for name in (path, f"{path}/fr"):
        said, evidence = known.graph(name), known.graph(f"evidence/{name}")
        assert said
        assert b"".join(evidence).count(b"#predicate> ") == len(said)
    assert known.asked("SELECT ?c { ?c a sg17:Conflict }") == []
    assert known.plus(french).rows == known.rows


def test_a_deletion_that_is_proposed_opens_a_consultation_on_its_texts(ontology: Known) -> None:
    known = ontology.plus(letter("deletion", 1))
    query = "SELECT ?deadline ?text { ?circular sg17:opens ?c . ?c sg17:replyDeadline ?deadline ; sg17:concerns ?text }"
    assert known.asked(query) == [("2026-09-22T23:59:00Z", f"{KG}rec/X.9031")]
    assert known.asked("SELECT ?m { ?c sg17:approvalMeeting ?m }") == []
    assert known.asked("SELECT ?m { ?d a sg17:DecisionOnText ; sg17:takenAt ?m }") == [(f"{KG}meeting/sg17/2026-06",)]


def test_a_deleted_text_is_withdrawn_since_the_day_of_the_decision(ontology: Known) -> None:
    stages = f"""SELECT ?n ?start ?end {{ ?s sg17:stateOf <{KG}rec/X.9031> ; sg17:status ?status ; sg17:startDate ?start .
      BIND(STRAFTER(STR(?status), "/status/") AS ?n) OPTIONAL {{ ?s sg17:endDate ?end }} }} ORDER BY ?start"""
    listed = Known([*ontology.rows, *edition("rec/X.9031", "2020-01-15")]).plus(letter("deletion", 2))
    assert listed.asked(stages) == [("in-force", "2020-01-15", "2026-09-22"), ("withdrawn", "2026-09-23", None)]
    unlisted = ontology.plus(letter("deletion", 2))
    assert unlisted.asked(stages) == [("withdrawn", "2026-09-23", None)]


def test_an_announcement_says_where_each_text_stands(ontology: Known) -> None:
    known = ontology.plus(letter("aap", 2))
    query = """SELECT ?text ?taken ?day { ?d sg17:decidedIn ?letter ; sg17:decisionOn ?text ; sg17:decisionTaken ?taken ;
      sg17:decisionDate ?day . ?letter a sg17:Announcement } ORDER BY ?d"""
    found = [((text or "").rsplit("/", 1)[-1], (taken or "").rsplit("/", 1)[-1], day) for text, taken, day in known.asked(query)]
    assert found == [
        ("Y.9701", "last-call", "2026-05-01"),
        ("H.9450", "additional-review", "2026-05-01"),
        ("Q.9801", "approved", "2026-04-29"),
    ]


def test_an_invitation_gives_meeting_agenda_and_days(ontology: Known) -> None:
    known = ontology.plus(letter("tap-consultation", 2, "zh"), letter("collective-letter", 2))
    query = "SELECT ?letter ?group ?agenda { ?m sg17:agendaIn ?letter ; sg17:ofGroup ?group . ?letter sg17:agenda ?agenda }"
    assert known.asked(query) == [(f"{KG}collective-letter/sg17/2025-2028/9", f"{KG}sg/17", "SG17-TD202")]
    assert known.asked("SELECT (COUNT(?m) AS ?n) { ?m a sg17:Meeting }") == [("1",)]
    days = known.asked("SELECT ?what ?day { ?d a sg17:MeetingDeadline ; sg17:deadlineFor ?what ; sg17:onDay ?day } ORDER BY ?d")
    assert [((what or "").rsplit("/", 1)[-1], day) for what, day in days][:2] == [
        ("contributions", "2026-08-11"),
        ("translation", "2026-06-24"),
    ]


def test_a_corrigendum_stands_below_its_circular_and_changes_nothing_there(ontology: Known) -> None:
    circular = ontology.plus(letter("tap-consultation", 1, "zh"))
    known = circular.plus(letter("corrigendum", 1))
    assert known.asked("SELECT ?n ?c { ?n a sg17:CircularCorrigendum ; sg17:refersTo ?c }") == [
        (f"{KG}circular/2025-2028/301/corrigendum/1", f"{KG}circular/2025-2028/301")
    ]
    assert known.graph("circular/2025-2028/301") == circular.graph("circular/2025-2028/301")


def test_a_circular_that_is_named_with_a_day_belongs_to_the_study_period_of_that_day(ontology: Known) -> None:
    known = ontology.plus(letter("approval", 1, "en", lambda text: text.replace("13 February 2026", "13 February 2023")))
    assert known.asked("SELECT ?c { ?letter sg17:refersTo ?c }") == [(f"{KG}circular/2022-2024/301",)]


def test_a_letter_that_nothing_identifies_is_refused() -> None:
    with pytest.raises(BuildError, match="has no IRI"):
        of_document(replace(read("aap", 1, "en"), announcement=None))


@pytest.mark.parametrize(
    ("kind", "number", "name"),
    [
        ("tap-consultation", 2, "circular-2025-2028-302.fr.json"),
        ("aap", 1, "announcement-2025-2028-AAP-33.fr.json"),
        ("collective-letter", 1, "collective-letter-2025-2028-sg17-8.fr.json"),
        ("corrigendum", 1, "circular-2025-2028-301-corrigendum-1.fr.json"),
    ],
)
def test_facts_of_every_letter_have_a_file_name(kind: str, number: int, name: str) -> None:
    assert facts_json.file_name(read(kind, number, "fr")) == name


def test_remarks_of_readers_stay_with_the_version_whose_lines_they_name(tmp_path: Path) -> None:
    documents = small_data(tmp_path / "data") / "documents"
    (path,) = documents.glob("*-104.zh.json")
    content = path.read_text("utf-8")
    other = content.replace('"language": "zh"', '"language":"fr"').replace('"language":"zh"', '"language":"fr"')
    assert other != content
    (documents / path.name.replace(".zh.", ".fr.")).write_text(other, "utf-8")
    build(build_inputs(tmp_path / "data"), tmp_path / "out")
    remarks = [row for row in (tmp_path / "out" / "dataset.nq").read_bytes().splitlines() if b"/remark/" in row and b"/lines/" in row]
    assert remarks
    assert not [row for row in remarks if b"/fr/lines/" in row]


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    return result.exit_code, result.stderr


def test_ingest_takes_word_files_out_of_a_folder_once(tmp_path: Path) -> None:
    folder, store = tmp_path / "letters", tmp_path / "store"
    folder.mkdir()
    for lang in ("fr", "zh"):
        (folder / f"302.{lang}.docx").write_bytes(as_docx(compose("tap-consultation", 2, lang)))
    code, said = run("ingest", folder, "--store", store)
    assert (code, [line.partition(": added")[0] for line in said.splitlines()]) == (
        0,
        ["TSB Circular 302 (2025-2028), fr", "TSB Circular 302 (2025-2028)"],
    )
    code, said = run("ingest", folder, "--store", store)
    assert code == 0
    assert said.count("nothing changed") == 2


@pytest.mark.parametrize("number", ["D.608R", "X.1303 bis", "Z.100 Annex F1", "E-100 series Suppl. 1", "X.1352 (2022) Amd. 1 Err. 1"])
def test_a_letter_that_deletes_a_text_of_a_rarer_form_of_number_is_accepted(number: str, ontology: Known) -> None:
    deleting = letter("deletion", 1, change=lambda text: text.replace("X.9031", number))
    known = ontology.plus(deleting)
    assert known.refused(deleting) == []
    printed = "X.1352 Amd.1 Err.1" if "Err" in number else number
    assert known.asked("SELECT ?n { ?d a sg17:DecisionOnText ; sg17:decisionOn/sg17:number ?n }") == [(printed,)]
