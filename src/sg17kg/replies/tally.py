"""Tally replies under the rule of the circular, in integers; what the rule does not say stays unknown.

A reply counts if it arrived by the deadline and the Member State sent no later one about the same text. Under `replies`, abstentions are
part of the base; under `explicit-replies`, they are not (WTSA Resolution 1, clauses 9.4 and 7.3.2).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Literal, NamedTuple

from sg17kg.replies.consultation import Consultation, ConsultedText
from sg17kg.replies.replies_csv import Reply

Why = Literal["before-sent", "late", "after-the-day", "replaced", "repeated", "contradictory"]
Outcome = Literal["met", "not-met", "no-replies", "unknown"]


@dataclass(frozen=True)
class ExcludedReply:
    """A reply that does not count, and why; `by` is the line of the reply that counts instead, if there is one."""

    reply: Reply
    why: Why
    by: int | None = None


class Counts(NamedTuple):
    """The numbers of Member States in favour of a text, against it, and abstaining."""

    in_favour: int
    against: int
    abstained: int


@dataclass(frozen=True)
class Share:
    """The number in favour, the number of replies that count, and the threshold in per cent."""

    in_favour: int
    base: int
    threshold: Fraction

    @property
    def sides(self) -> tuple[int, int]:
        """The two sides compared, as integers: in favour × 100 and threshold × base, each times the denominator of the threshold."""
        return self.in_favour * 100 * self.threshold.denominator, self.threshold.numerator * self.base

    @property
    def met(self) -> bool:
        """Whether the threshold is reached."""
        left, right = self.sides
        return left >= right

    @property
    def needed(self) -> int:
        """The smallest number in favour that reaches the threshold."""
        return -(-self.threshold.numerator * self.base // (100 * self.threshold.denominator))


@dataclass(frozen=True)
class TextTally:
    """The result of the replies about one text.

    `effect` is what follows according to the circular, None if it does not say. `stated_by` is the property whose passage states the
    effect.
    """

    text: ConsultedText
    counts: Counts
    share: Share | None
    outcome: Outcome
    effect: str | None
    stated_by: str | None
    unsettled: tuple[str, ...]

    @property
    def base(self) -> int | None:
        """The number of replies that count; None if the circular does not say which do."""
        return self.share.base if self.share else None


@dataclass(frozen=True)
class Tally:
    """The result of all replies on a day; `over` is None if no deadline is stated. `unsettled` concerns all texts."""

    consultation: Consultation
    on: date
    over: bool | None
    replies: int
    texts: tuple[TextTally, ...]
    set_aside: tuple[ExcludedReply, ...]
    unsettled: tuple[str, ...]

    @property
    def settled(self) -> bool:
        """Whether nothing is left open."""
        return not self.unsettled and not any(text.unsettled for text in self.texts)


def tally(consultation: Consultation, replies: Sequence[Reply], on: date) -> Tally:
    """Return the tally as of the end of a day (UTC)."""
    in_time, aside = _in_time(replies, consultation, on)
    counted, doubled = newest(in_time)
    aside = sorted((*aside, *doubled), key=lambda entry: entry.reply.line)
    over = consultation.closed_by(on) if consultation.deadline else None
    silent = not in_time
    texts = tuple(_text(consultation, text, [reply for reply in counted if reply.text == text.name], aside, silent)
                  for text in consultation.texts)  # fmt: skip
    return Tally(consultation, on, over, len(replies), texts, tuple(aside), tuple(_unsettled(consultation, over, on)))


def _in_time(replies: Iterable[Reply], consultation: Consultation, on: date) -> tuple[list[Reply], list[ExcludedReply]]:
    """Return the replies that arrived after the circular was sent, by the deadline and by the end of the day; and the others."""
    deadline, sent = consultation.deadline, consultation.issued or consultation.said_on or ""
    end = datetime.combine(on, time(), UTC) + timedelta(days=1) if on < date.max else datetime.max.replace(tzinfo=UTC)
    kept, aside = [], []
    for reply in replies:
        if reply.received.date().isoformat() < sent:
            aside.append(ExcludedReply(reply, "before-sent"))
        elif deadline is not None and reply.received > deadline:
            aside.append(ExcludedReply(reply, "late"))
        elif reply.received >= end:
            aside.append(ExcludedReply(reply, "after-the-day"))
        else:
            kept.append(reply)
    return kept, aside


def newest(replies: Iterable[Reply]) -> tuple[list[Reply], list[ExcludedReply]]:
    """Return the last reply of each Member State about each text, and the others. If the last ones contradict each other, none counts."""
    kept: list[Reply] = []
    aside: list[ExcludedReply] = []
    ordered = sorted(replies, key=lambda reply: (_state(reply), reply.text, reply.received, reply.line))
    for _, group in groupby(ordered, key=lambda reply: (_state(reply), reply.text)):
        of_one = list(group)
        last = [reply for reply in of_one if reply.received == of_one[-1].received]
        earlier = of_one[: len(of_one) - len(last)]
        aside += [ExcludedReply(reply, "replaced", last[0].line) for reply in earlier]
        if len({reply.says for reply in last}) > 1:
            aside += [ExcludedReply(reply, "contradictory") for reply in last]
        else:
            kept.append(last[0])
            aside += [ExcludedReply(reply, "repeated", last[0].line) for reply in last[1:]]
    return kept, aside


def _state(reply: Reply) -> str:
    """Return the name of the Member State by which replies are matched, without differences in case and width."""
    return unicodedata.normalize("NFKC", reply.member_state).casefold()


def share_of(consultation: Consultation, counts: Counts) -> Share | None:
    """Return the share under the circular's rule; None if the circular does not state the threshold, or which replies count."""
    if consultation.threshold is None or consultation.counted is None:
        return None
    base = sum(counts) if consultation.counted == "replies" else counts.in_favour + counts.against
    return Share(counts.in_favour, base, consultation.threshold)


def _text(consultation: Consultation, text: ConsultedText, counted: list[Reply], aside: list[ExcludedReply], silent: bool) -> TextTally:
    counts = Counts(*(sum(reply.says is said for reply in counted) for said in (True, False, None)))
    share = share_of(consultation, counts)
    outcome = _outcome(consultation, share, sum(counts), silent)
    effect, stated_by = _effect(consultation, outcome)
    unsettled = list(_open(consultation, outcome, effect, sum(counts)))
    contradictory = sorted({entry.reply.member_state for entry in aside if entry.why == "contradictory" and entry.reply.text == text.name})
    unsettled += [f"{state} sent contradictory replies at the same time; ask which one holds" for state in contradictory]
    return TextTally(text, counts, share, outcome, effect, stated_by, tuple(unsettled))


def _outcome(consultation: Consultation, share: Share | None, replies: int, silent: bool) -> Outcome:
    """Return the outcome; it is `no-replies` only if nobody replied to the consultation at all and the circular says what then follows."""
    if replies == 0 and silent and consultation.if_no_replies:
        return "no-replies"
    if share is None or share.base == 0:
        return "unknown"
    return "met" if share.met else "not-met"


def _effect(consultation: Consultation, outcome: Outcome) -> tuple[str | None, str | None]:
    """Return what follows, and the property whose passage says so."""
    return {
        "met": (consultation.if_met, "effectIfMet"),
        "not-met": (consultation.if_not_met, "effectIfNotMet"),
        "no-replies": (consultation.if_no_replies, "effectIfNoReplies"),
        "unknown": (None, None),
    }[outcome]


def _open(consultation: Consultation, outcome: Outcome, effect: str | None, replies: int) -> Iterator[str]:
    """Yield what is left open about one text; a missing rule concerns all texts, and is reported only once."""
    if outcome == "unknown" and replies == 0:
        only = "says what follows only if nobody replies at all" if consultation.if_no_replies else "does not say what follows then"
        yield f"no reply about it counts; the circular {only}"
    elif outcome == "unknown" and consultation.threshold is not None and consultation.counted is not None:
        yield "only abstentions, which do not count; what follows then, the circular does not say"
    elif outcome in ("met", "not-met") and effect is None:
        reached = "reached" if outcome == "met" else "not reached"
        yield f"the threshold is {reached}; what follows then, the circular does not say"


def _unsettled(consultation: Consultation, over: bool | None, on: date) -> list[str]:
    found = []
    if over is None:
        found.append("no deadline is stated in the circular; more replies may come")
    elif not over:
        found.append(f"the deadline is not over on {on.isoformat()}; more replies may come")
    if consultation.threshold is None:
        found.append("no threshold is stated in the circular; the outcome is unknown")
    if consultation.counted is None:
        found.append("which replies count is not stated in the circular; the outcome is unknown")
    return found
