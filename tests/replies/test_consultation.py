"""A consultation as the graph has it."""

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from sg17kg.errors import NotFound
from sg17kg.identifiers import circular_iri
from sg17kg.replies.consultation import Ask, Consultation, Source, consultation_of, in_one_version, printed
from sg17kg.replies.form import reply_form
from sg17kg.replies.tally import tally
from sg17kg.replies.tally_report import format_text
from tests.replies.test_form import text_of


def test_deadline_rule_and_addresses_come_from_the_circular(drafts: Consultation) -> None:
    assert drafts.deadline == datetime(2026, 5, 20, 23, 59, tzinfo=UTC)
    assert (drafts.threshold, drafts.counted, drafts.if_met, drafts.if_not_met) == (Fraction(70), "replies", "procedure-applied", None)
    assert (drafts.email, drafts.fax, drafts.group) == ("tsbdir@itu.int", "+41-22-730-5853", "SG17")
    assert drafts.standing == "WTSA Resolution 1 (Geneva, 2022), clause 9.4"
    assert [str(source) for source in drafts.sources["replyDeadline"]] == ["TSB Circular 104 (2025-2028), line 39 (zh)"]


def test_questions_count_by_explicit_replies(questions: Consultation) -> None:
    assert (questions.counted, questions.if_no_replies, questions.if_not_met) == ("explicit-replies", "approved", "returned-to-study-group")
    assert [(text.name, text.kind) for text in questions.texts] == [("Q7/17", "revised"), ("Q10/17", "revised"), ("Q16/17", "new")]
    assert questions.meeting is None


def test_each_text_stands_once_in_the_order_of_the_form(drafts: Consultation, misprinted: Consultation) -> None:
    assert [text.row for text in drafts.texts] == list(range(1, 12))
    assert [text.name for text in misprinted.texts][4:7] == ["X.1281", "X.1352 Amd.1", "X.1373"]
    assert [text.name for text in misprinted.texts if text.printed_otherwise] == ["X.1281"]


def test_translated_titles_are_told_from_those_of_the_source(drafts: Consultation) -> None:
    assert [(title.language, title.translated) for title in drafts.texts[0].titles] == [("zh", False), ("en", True)]


def test_a_circular_that_is_only_referred_to_opens_no_consultation(ask: Ask) -> None:
    with pytest.raises(NotFound, match="opens no consultation"):
        consultation_of(ask, circular_iri("2025-2028", 107))
    with pytest.raises(NotFound, match="not in the graph"):
        consultation_of(ask, circular_iri("2025-2028", 999))


def test_passages_of_one_document_are_printed_together() -> None:
    passages = [Source("A", 39, 39, "zh"), Source("A", 12, 14, "zh"), Source("B", 1, 1, None), Source("A", 7, 7, "zh")]
    assert printed(passages) == ("A, lines 7, 12–14 and 39 (zh)", "B, line 1")
    assert str(Source("A", 12, 14, "zh")) == "A, lines 12–14 (zh)"


def test_what_two_versions_say_is_cited_from_the_english_one_and_each_passage_tells_its_language(ask_two_versions: Ask) -> None:
    found = consultation_of(ask_two_versions, circular_iri("2025-2028", 302))
    assert {source.language for passages in found.sources.values() for source in passages} == {"en"}
    french = Source("TSB Circular 302 (2025-2028)", 27, 27, "fr")
    assert in_one_version((french, *found.sources["replyDeadline"])) == found.sources["replyDeadline"]
    assert in_one_version((french, french)) == (french,)
    assert printed((french, *found.sources["replyDeadline"]))[0] == "TSB Circular 302 (2025-2028), line 27 (fr)"


def test_a_corrigendum_moves_the_deadline_of_form_and_tally(ask_corrected: Ask) -> None:
    found = consultation_of(ask_corrected, circular_iri("2025-2028", 301))
    assert (found.deadline, found.deadline_before) == (datetime(2026, 5, 27, 23, 59, tzinfo=UTC), datetime(2026, 5, 20, 23, 59, tzinfo=UTC))
    assert [source.document.partition(" to ")[0] for source in found.sources["replyDeadline"]] == [
        "Corrigendum 1",
        "TSB Circular 301 (2025-2028)",
    ]
    assert not found.closed_by(date(2026, 5, 25))
    account = format_text(tally(found, (), date(2026, 5, 25)))
    assert "Deadline: 2026-05-27 23:59 UTC by a corrigendum (2026-05-20 23:59 in the circular), not over on 2026-05-25" in account
    assert "27 May 2026" in text_of(reply_form(found, "en"))


def test_what_no_corrigendum_changed_stays(ask_corrected: Ask) -> None:
    found = consultation_of(ask_corrected, circular_iri("2025-2028", 302))
    assert found.deadline == datetime(2026, 8, 12, 23, 59, tzinfo=UTC)
    assert found.deadline_before is None
