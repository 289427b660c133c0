"""The arithmetic of the rule, and what becomes of replies that do not count."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sg17kg.replies.consultation import Consultation
from sg17kg.replies.replies_csv import Reply
from sg17kg.replies.tally import Counts, Share, Tally, newest, share_of, tally
from sg17kg.replies.tally_report import arithmetic, as_json, format_text
from tests.replies.making import DEADLINE, consultation, replies, reply, text

AFTER = date(2026, 5, 21)


def outcome_of(made: list[Reply], on: date = AFTER, **changes: object) -> Tally:
    return tally(consultation(**changes), made, on)


# Seventy per cent


@pytest.mark.parametrize(
    ("in_favour", "against", "abstained", "counted", "base", "outcome"),
    [
        (28, 12, 0, "replies", 40, "met"),
        (27, 13, 0, "replies", 40, "not-met"),
        (7, 3, 0, "replies", 10, "met"),
        (7, 3, 1, "replies", 11, "not-met"),
        (7, 3, 1, "explicit-replies", 10, "met"),
        (1, 0, 0, "replies", 1, "met"),
        (0, 0, 3, "replies", 3, "not-met"),
        (0, 0, 3, "explicit-replies", 0, "unknown"),
    ],
)
def test_the_threshold_under_each_rule(in_favour: int, against: int, abstained: int, counted: str, base: int, outcome: str) -> None:
    (found,) = outcome_of(replies(in_favour, against, abstained), counted=counted).texts
    assert (found.base, found.outcome) == (base, outcome)


NUMBERS = st.integers(0, 400)
THRESHOLDS = st.fractions(Fraction(1, 10), Fraction(100), max_denominator=30)


@given(NUMBERS, NUMBERS, NUMBERS, THRESHOLDS, st.sampled_from(["replies", "explicit-replies"]))
def test_met_is_what_fractions_say(in_favour: int, against: int, abstained: int, threshold: Fraction, counted: str) -> None:
    share = share_of(consultation(threshold=threshold, counted=counted), Counts(in_favour, against, abstained))
    assert share is not None
    assert share.base == in_favour + against + (abstained if counted == "replies" else 0)
    assert all(isinstance(side, int) for side in share.sides)
    if share.base:
        assert share.met is (Fraction(in_favour, share.base) * 100 >= threshold)


@given(st.integers(1, 400), THRESHOLDS)
def test_what_is_needed_is_the_least_that_reaches_it(base: int, threshold: Fraction) -> None:
    needed = Share(0, base, threshold).needed
    assert 0 < needed <= base
    assert Share(needed, base, threshold).met
    assert not Share(needed - 1, base, threshold).met


@given(NUMBERS, NUMBERS, NUMBERS)
def test_one_more_in_favour_never_loses_and_an_abstention_never_wins(in_favour: int, against: int, abstained: int) -> None:
    for counted in ("replies", "explicit-replies"):
        rule = consultation(counted=counted)
        before, yes, idle = (share_of(rule, Counts(in_favour + more, against, abstained + idle)) for more, idle in ((0, 0), (1, 0), (0, 1)))
        assert before
        assert yes
        assert idle
        if before.base:
            assert before.met <= yes.met
            assert idle.met <= before.met if counted == "replies" else idle == before


def test_the_arithmetic_is_shown_in_whole_numbers() -> None:
    assert arithmetic(Share(28, 40, Fraction(70))) == "28 × 100 = 2800 ≥ 70 × 40 = 2800"
    assert arithmetic(Share(27, 40, Fraction(70))) == "27 × 100 = 2700 < 70 × 40 = 2800"
    assert arithmetic(Share(2, 3, Fraction(200, 3))) == "2 × 100 × 3 = 600 ≥ 200 × 3 = 600"


# Which replies count

ANSWERS = st.sampled_from(["authorizes", "does-not-authorize", "abstains"])
MANY = st.lists(
    st.tuples(st.sampled_from("ABCD"), ANSWERS, st.sampled_from(["X.1", "X.2"]), st.integers(-3, 3)), max_size=30
).map(lambda rows: [reply(*row, line=number) for number, row in enumerate(rows, start=2)])  # fmt: skip


@given(MANY, st.randoms(use_true_random=False))
def test_the_order_of_the_file_does_not_matter(made: list[Reply], chance) -> None:  # type: ignore[no-untyped-def]
    rule = consultation(text(1, "X.1"), text(2, "X.2"))
    shuffled = list(made)
    chance.shuffle(shuffled)
    assert tally(rule, made, AFTER) == tally(rule, shuffled, AFTER)


@given(MANY)
def test_each_reply_counts_once_or_is_set_aside(made: list[Reply]) -> None:
    rule = consultation(text(1, "X.1"), text(2, "X.2"))
    found = tally(rule, made, AFTER)
    aside = [entry.reply.line for entry in found.set_aside]
    assert len(aside) == len(set(aside))
    assert sum(sum(entry.counts) for entry in found.texts) + len(aside) == len(made)
    kept, _ = newest([entry for entry in made if entry.line not in aside])
    assert len({(entry.member_state, entry.text) for entry in kept}) == len(kept)


def test_a_late_reply_is_set_aside_and_does_not_replace_one_in_time() -> None:
    found = outcome_of([reply("A", line=2), reply("A", "does-not-authorize", minutes=-1, line=3), reply("B", minutes=0, line=4)])
    assert found.texts[0].counts == Counts(2, 0, 0)
    assert [(entry.reply.line, entry.why) for entry in found.set_aside] == [(3, "late")]


def test_a_reply_from_before_the_circular_is_set_aside() -> None:
    early = reply("A", minutes=100 * 24 * 60, line=2)
    found = outcome_of([early], date(2026, 6, 1))
    assert [(entry.why, entry.reply.line) for entry in found.set_aside] == [("before-sent", 2)]
    assert "before the circular was sent on 2026-02-13; look at the date" in format_text(found)


def test_with_and_without_comments_are_both_in_favour() -> None:
    both = [reply("A", line=2), reply("A", "authorizes-with-comments", line=3)]
    assert [entry.why for entry in outcome_of(both, date(2026, 6, 1)).set_aside] == ["repeated"]


def test_before_the_deadline_what_follows_would_follow() -> None:
    open_still = outcome_of([*replies(1), reply("B", minutes=10, line=2)], date(2026, 5, 19))
    assert "after today, 2026-05-19" in format_text(open_still, today=True)
    assert "after the day asked for, 2026-05-19" in format_text(open_still)
    assert "so far: if it stays so, the text goes to the meeting for approval" in format_text(outcome_of(replies(1), DEADLINE.date()))


def test_of_two_replies_of_a_member_state_the_last_counts() -> None:
    found = outcome_of([reply("Exampleland", minutes=5, line=2), reply("EXAMPLELAND", "abstains", minutes=3, line=3)])
    assert found.texts[0].counts == Counts(0, 0, 1)
    assert [(entry.reply.line, entry.why, entry.by) for entry in found.set_aside] == [(2, "replaced", 3)]


def test_contradictory_replies_of_one_moment_do_not_count_and_stay_open() -> None:
    found = outcome_of([reply("A", line=2), reply("A", "abstains", line=3), reply("A", minutes=90, line=4), reply("B", line=5)])
    assert found.texts[0].counts == Counts(1, 0, 0)
    assert sorted((entry.reply.line, entry.why) for entry in found.set_aside) == [
        (2, "contradictory"),
        (3, "contradictory"),
        (4, "replaced"),
    ]
    assert found.texts[0].unsettled == ("A sent contradictory replies at the same time; ask which one holds",)


def test_the_same_reply_twice_counts_once() -> None:
    found = outcome_of([reply("A", line=2), reply("A", line=3)])
    assert found.texts[0].counts == Counts(1, 0, 0)
    assert [(entry.reply.line, entry.why, entry.by) for entry in found.set_aside] == [(3, "repeated", 2)]


def test_a_reply_of_a_later_day_is_not_there_yet() -> None:
    made = [reply("A", line=2), reply("B", minutes=60 * 24 * 3, line=3)]
    found = outcome_of(made, DEADLINE.date() - timedelta(days=3))
    assert found.texts[0].counts == Counts(1, 0, 0)
    assert [(entry.reply.line, entry.why) for entry in found.set_aside] == [(2, "after-the-day")]
    assert tally(consultation(), made, date.max).texts[0].counts == Counts(2, 0, 0)


# What stays open


def test_a_settled_tally_says_what_follows_by_which_clause() -> None:
    found = outcome_of(replies(3, 1))
    assert found.settled
    assert (
        "X.1: the threshold is reached: the text goes to the meeting for approval (WTSA Resolution 1 (Geneva, 2022), clause 9.4) "
        "[TSB Circular 900 (2025-2028), line 40 (zh)]" in format_text(found)
    )


@pytest.mark.parametrize(
    ("made", "on", "changes", "reason"),
    [
        (replies(1), DEADLINE.date(), {}, "the deadline is not over on 2026-05-20"),
        (replies(1), AFTER, {"deadline": None}, "no deadline is stated"),
        (replies(1), AFTER, {"threshold": None}, "no threshold is stated"),
        (replies(1), AFTER, {"counted": None}, "which replies count is not stated"),
        (replies(0, 1), AFTER, {"if_not_met": None}, "the threshold is not reached; what follows then, the circular does not say"),
        (replies(1), AFTER, {"if_met": None}, "the threshold is reached; what follows then, the circular does not say"),
        ([], AFTER, {}, "no reply about it counts; the circular does not say what follows then"),
        (replies(0, 0, 2), AFTER, {"counted": "explicit-replies"}, "only abstentions, which do not count"),
    ],
)
def test_what_is_open_is_said(made: list[Reply], on: date, changes: dict[str, object], reason: str) -> None:
    found = outcome_of(made, on, **changes)
    assert not found.settled
    assert reason in format_text(found)
    opened = as_json(found)["open"]
    assert isinstance(opened, list)
    assert any(reason in entry["reason"] for entry in opened)


def test_an_unknown_rule_gives_no_outcome() -> None:
    (found,) = outcome_of(replies(9, 1), threshold=None).texts
    assert (found.outcome, found.effect, found.share) == ("unknown", None, None)
    assert "the circular does not state the rule" in format_text(outcome_of(replies(9, 1), threshold=None))


def test_silence_of_all_has_the_effect_that_the_circular_states_silence_about_one_text_has_none() -> None:
    rule = consultation(text(1, "X.1"), text(2, "X.2"), if_no_replies="approved")
    assert [(entry.outcome, entry.effect) for entry in tally(rule, [], AFTER).texts] == [("no-replies", "approved")] * 2
    assert tally(rule, [], AFTER).settled
    spoken = tally(rule, replies(1), AFTER)
    assert [(entry.outcome, entry.effect) for entry in spoken.texts] == [("met", "procedure-applied"), ("unknown", None)]
    assert spoken.texts[1].unsettled == ("no reply about it counts; the circular says what follows only if nobody replies at all",)


def test_before_the_deadline_a_share_is_so_far() -> None:
    assert "the threshold is reached so far" in format_text(outcome_of(replies(1), DEADLINE.date()))


def test_the_real_rules_apply(drafts: Consultation, questions: Consultation) -> None:
    made = [reply(f"State {number}", "abstains" if number else "authorizes", "X.1280", line=number) for number in range(3)]
    assert tally(drafts, made, date(2026, 6, 1)).texts[0].outcome == "not-met"
    early = 60 * 24 * 60
    asked = [reply(f"State {number}", "abstains" if number else "approves", "Q10/17", early, number) for number in range(3)]
    assert [entry.outcome for entry in tally(questions, asked, date(2026, 6, 1)).texts] == ["unknown", "met", "unknown"]


def test_the_table_and_json_say_the_same() -> None:
    found = outcome_of([*replies(28, 12), reply("Late", minutes=-5, line=99)])
    line = next(row for row in format_text(found).splitlines() if row.startswith("1 "))
    assert line.split()[:7] == ["1", "X.1", "28", "12", "0", "40", "28"]
    assert "28 × 100 = 2800 ≥ 70 × 40 = 2800" in line
    value = as_json(found)
    texts, aside = value["texts"], value["set_aside"]
    assert isinstance(texts, list)
    assert isinstance(aside, list)
    assert (texts[0]["in_favour"], texts[0]["counted"], texts[0]["needed"], texts[0]["outcome"]) == (28, 40, 28, "met")
    assert (aside[0]["line"], aside[0]["why"]) == (99, "late")
