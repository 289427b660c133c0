"""What a corrigendum changes, in the graph: the deadline that is in force, and conflicts that it settles."""

import re

import pytest

from sg17kg.facts import Facts
from sg17kg.graph.ingest import of_document
from sg17kg.store.base import value
from sg17kg.store.embedded import EmbeddedStore
from tests.graph.test_letters import CATALOGUE, KG, PERIODS, Known, letter, ontology, read
from tests.letters.composing import LANGUAGES

__all__ = ["ontology"]

CHANGE = "In paragraph 3, read “27 May 2026” instead of “20 May 2026” as the date for replies."
CONSULTATION = f"<{KG}consultation/2025-2028/301>"
IN_FORCE = f"SELECT ?d {{ {CONSULTATION} sg17:deadlineInForce ?d }}"
STATED = f"SELECT ?d {{ {CONSULTATION} sg17:replyDeadline ?d }}"
SETTLED = """SELECT ?about ?label ?holds { ?c a sg17:Conflict ; sg17:conflictAbout ?about ; rdfs:label ?label
    OPTIONAL { ?d sg17:settles ?c ; sg17:decision ?holds } } ORDER BY ?about ?label"""


@pytest.fixture(scope="module")
def circular(ontology: Known) -> Known:
    return ontology.plus(letter("tap-consultation", 1))


def asked(known: Known, name: str, **arguments: str) -> list[dict[str, str | None]]:
    store = EmbeddedStore.from_nquads(b"".join(known.rows))
    rows = store.query(CATALOGUE.get(name).bind(arguments)).rows()
    return [{column: value(row, column) for column in row} for row in rows]


def again(ordinal: int, was: str, now: str) -> Facts:
    """A later corrigendum to the same circular."""
    return read(
        "corrigendum",
        1,
        "en",
        lambda text: (
            text.replace("Corrigendum 1", f"Corrigendum {ordinal}")
            .replace("2 March 2026", f"{2 + ordinal} March 2026")
            .replace("27 May 2026", now)
            .replace("20 May 2026", was)
        ),
    )


def test_without_a_corrigendum_the_stated_deadline_is_in_force(circular: Known) -> None:
    assert circular.asked(IN_FORCE) == circular.asked(STATED) == [("2026-05-20T23:59:00Z",)]


def test_a_corrigendum_puts_another_in_its_place_and_both_stay(circular: Known) -> None:
    known = circular.plus(letter("corrigendum", 1))
    assert known.asked(IN_FORCE) == [("2026-05-27T23:59:00Z",)]
    assert known.asked(STATED) == [("2026-05-20T23:59:00Z",)]
    [(about, label, holds)] = known.asked(SETTLED)
    assert about == f"{KG}consultation/2025-2028/301"
    assert "2026-05-27 instead of 2026-05-20" in (label or "")
    assert "Corrigendum 1 to TSB Circular 301" in (holds or "")


def test_the_order_in_which_letters_come_does_not_matter(ontology: Known, circular: Known) -> None:
    first = ontology.plus(letter("corrigendum", 1))
    assert first.asked("SELECT ?c { ?c a sg17:Conflict }") == []
    assert first.plus(letter("tap-consultation", 1)).rows == circular.plus(letter("corrigendum", 1)).rows


def test_a_later_corrigendum_goes_on_from_the_earlier_one(circular: Known) -> None:
    second = of_document(again(2, "27 May 2026", "3 June 2026"), PERIODS)
    third = of_document(again(3, "3 June 2026", "5 June 2026"), PERIODS)
    known = circular.plus(letter("corrigendum", 1), second)
    assert known.asked(IN_FORCE) == [("2026-06-03T23:59:00Z",)]
    assert known.plus(third).asked(IN_FORCE) == [("2026-06-05T23:59:00Z",)]
    assert circular.plus(second).asked(IN_FORCE) == [("2026-05-20T23:59:00Z",)], "what the second replaces, nobody has said"


def test_a_moment_takes_the_place_of_a_moment(circular: Known) -> None:
    moment = of_document(again(1, "2359 hours UTC on 20 May 2026", "1800 hours UTC on 3 June 2026"), PERIODS)
    assert circular.refused(moment) == []
    assert circular.plus(moment).asked(IN_FORCE) == [("2026-06-03T18:00:00Z",)]


def test_a_corrigendum_that_names_no_old_deadline_can_be_followed_by_another(circular: Known) -> None:
    told = read("corrigendum", 1, "en", lambda text: text.replace(CHANGE, "The deadline for replies is extended until 27 May 2026."))
    known = circular.plus(of_document(told, PERIODS))
    assert known.asked(IN_FORCE) == [("2026-05-27T23:59:00Z",)]
    second = of_document(again(2, "27 May 2026", "3 June 2026"), PERIODS)
    assert known.plus(second).asked(IN_FORCE) == [("2026-06-03T23:59:00Z",)]


def test_another_day_that_changes_is_not_the_deadline(circular: Known) -> None:
    other = of_document(again(1, "1 April 2026", "8 April 2026"), PERIODS)
    assert circular.plus(other).asked(IN_FORCE) == [("2026-05-20T23:59:00Z",)]


def test_six_languages_of_a_corrigendum_are_one(circular: Known) -> None:
    known = circular.plus(*(letter("corrigendum", 1, lang) for lang in LANGUAGES))
    assert known.asked(IN_FORCE) == [("2026-05-27T23:59:00Z",)]
    assert known.asked("SELECT ?c { ?c a sg17:Correction }") == [(f"{KG}circular/2025-2028/301/corrigendum/1/correction/1",)]
    assert len(known.asked(SETTLED)) == 1


def test_versions_of_a_corrigendum_that_differ_are_a_conflict(circular: Known) -> None:
    french = letter("corrigendum", 1, "fr", lambda text: text.replace("27 mai 2026", "28 mai 2026"))
    known = circular.plus(letter("corrigendum", 1), french)
    labels = [label or "" for _, label, _ in known.asked(SETTLED)]
    assert any(re.search("corrected value: 2026-05-27 in one language, 2026-05-28 in another", label) for label in labels)


def test_days_of_a_meeting_and_a_number_that_change_are_settled_conflicts(ontology: Known) -> None:
    known = ontology.plus(letter("tap-consultation", 2), letter("corrigendum", 2))
    found = [(about, "instead of" in (label or ""), holds is not None) for about, label, holds in known.asked(SETTLED)]
    assert found == [(f"{KG}consultation/2025-2028/302", True, True), (f"{KG}draft/2025-2028/302/4", True, True)]
    assert known.asked(f"SELECT ?n {{ <{KG}draft/2025-2028/302/4> sg17:proposedNumber ?n }}") == [("X.9312",)]


def test_a_title_that_changes_is_kept_in_its_language_beside_the_first(ontology: Known) -> None:
    known = ontology.plus(letter("tap-consultation", 5), letter("corrigendum", 5))
    titles = known.asked("SELECT ?t (LANG(?t) AS ?l) { ?c a sg17:Correction ; dcterms:title ?t }")
    assert [tongue for _, tongue in titles] == ["en"]
    assert [about for about, *_ in known.asked(SETTLED)] == [f"{KG}consultation/2025-2028/305", f"{KG}draft/2025-2028/305/1"]


@pytest.mark.parametrize(
    ("sentence", "text", "value"),
    [
        ("The title of Supplement 39 to the ITU-T X-series Recommendations should read “Clocks”.", f"{KG}sup/X/39", None),
        ("The title of X.1352 Amd.1 should read “Clocks”.", f"{KG}rec/X.1352/amd1", None),
        ("The title of X.clk-sync should read “Clocks”.", None, None),
        ("Read “TR.clk-a” instead of “TR.clk-b”.", None, "TR.clk-a"),
    ],
)
def test_texts_of_every_kind_may_be_corrected(sentence: str, text: str | None, value: str | None, circular: Known) -> None:
    addition = of_document(read("corrigendum", 1, "en", lambda written: written.replace(CHANGE, sentence)), PERIODS)
    assert circular.refused(addition) == []
    query = "SELECT ?t ?v { ?c a sg17:Correction OPTIONAL { ?c sg17:correctedText ?t } OPTIONAL { ?c sg17:correctedValue ?v } }"
    assert circular.plus(addition).asked(query) == [(text, value)]


def test_what_had_been_said_by_a_day_leaves_out_a_later_corrigendum(circular: Known) -> None:
    known = circular.plus(letter("corrigendum", 1))
    assert [row["reply_deadline"] for row in asked(known, "open-consultations", on="2026-05-25")] == ["2026-05-27T23:59:00Z"]
    assert asked(known, "open-consultations", on="2026-05-25", said_by="2026-03-01") == []
    early = asked(known, "open-consultations", on="2026-05-01", said_by="2026-03-01")
    assert [row["reply_deadline"] for row in early] == ["2026-05-20T23:59:00Z"]


def test_a_corrigendum_is_an_event_in_the_life_of_each_text(circular: Known) -> None:
    known = circular.plus(letter("corrigendum", 1))
    events = {row["event"]: row for row in asked(known, "history-of-text", number="X.9353")}
    assert (events["corrigendum"]["date"], events["reply-deadline"]["date"]) == ("2026-03-02", "2026-05-27")
    assert events["reply-deadline"]["document"] == "Corrigendum 1 to TSB Circular 301 (2025-2028)"
    stages = known.asked(f"""SELECT ?end {{ ?state sg17:stateOf <{KG}draft/2025-2028/301/1> ; sg17:endDate ?end ;
        sg17:status <{KG}vocabulary/status/in-consultation> }}""")
    assert stages == [("2026-05-27",)]


def test_a_correction_of_what_the_circular_does_not_say_is_told(circular: Known) -> None:
    def without_counterpart(known: Known) -> list[str | None]:
        return [row["value"] for row in asked(known, "correction-without-counterpart")]

    misprinted = of_document(again(1, "21 May 2026", "27 May 2026"), PERIODS)
    assert without_counterpart(circular.plus(misprinted)) == ["2026-05-21"]
    assert circular.refused(misprinted) == []
    later = of_document(again(2, "27 May 2026", "3 June 2026"), PERIODS)
    assert without_counterpart(circular.plus(letter("corrigendum", 1), later)) == []


@pytest.mark.parametrize("number", [1, 2, 5])
def test_a_corrigendum_passes_shapes_and_checks_beside_its_circular(number: int, ontology: Known) -> None:
    known = ontology.plus(letter("tap-consultation", number))
    assert [problem for lang in LANGUAGES for problem in known.refused(letter("corrigendum", number, lang))] == []
