"""Format a tally as text or JSON."""

from collections.abc import Sequence

from sg17kg.rendering.code_labels import TERMS
from sg17kg.replies.consultation import Consultation
from sg17kg.replies.tally import ExcludedReply, Share, Tally, TextTally

_COUNTED = {
    "replies": "of the replies, abstentions among them",
    "explicit-replies": "of the replies that say yes or no; abstentions are not counted",
}
_WHY = {
    "before-sent": "before the circular was sent on {sent}; look at the date",
    "late": "after the deadline",
    "after-the-day": "after {day}",
    "replaced": "the Member State replied again, line {by}",
    "repeated": "the same as line {by}",
    "contradictory": "contradicts another reply of the same moment; neither counts",
}
_NO_RULE = "outcome unknown: the circular does not state the rule"


def format_text(tally: Tally, today: bool = False) -> str:
    """Return the tally as text: the rule, a table with the arithmetic, what follows, the excluded replies, and what is open.

    `today` says that no other day was requested.
    """
    day = f"today, {tally.on}" if today else f"the day asked for, {tally.on}"
    consultation = tally.consultation
    parts = [
        [_read(tally), _deadline(tally), f"Rule: {_rule(consultation)}"],
        _table(tally.texts),
        [f"{text.text.name}: {_consequence(consultation, text, bool(tally.over))}" for text in tally.texts],
        _section("Set aside:", [_aside(entry, tally.consultation, day) for entry in tally.set_aside]),
        _section("Open:", [*tally.unsettled, *(f"{text.text.name}: {reason}" for text in tally.texts for reason in text.unsettled)]),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _read(tally: Tally) -> str:
    aside = len(tally.set_aside)
    replies = _many(tally.replies, "reply", "replies")
    return f"{tally.consultation.circular}: {replies} read, {tally.replies - aside} count, {aside} set aside"


def as_json(tally: Tally) -> dict[str, object]:
    """Return the tally as plain values. Numbers are integers; the threshold is text, because it can be a fraction."""
    consultation = tally.consultation
    return {
        "circular": consultation.circular,
        "consultation": consultation.iri,
        "on": tally.on.isoformat(),
        "deadline": consultation.deadline.isoformat() if consultation.deadline else None,
        "deadline_over": tally.over,
        "rule": {
            "threshold_percent": str(consultation.threshold) if consultation.threshold is not None else None,
            "counted": consultation.counted,
            "if_met": consultation.if_met,
            "if_not_met": consultation.if_not_met,
            "if_no_replies": consultation.if_no_replies,
            "clause": consultation.standing,
            "sources": _sources(consultation, "threshold"),
        },
        "replies": tally.replies,
        "texts": [_text_json(consultation, text) for text in tally.texts],
        "set_aside": [_aside_json(entry) for entry in tally.set_aside],
        "open": [
            *({"text": None, "reason": reason} for reason in tally.unsettled),
            *({"text": text.text.name, "reason": reason} for text in tally.texts for reason in text.unsettled),
        ],
    }


def _text_json(consultation: Consultation, text: TextTally) -> dict[str, object]:
    return {
        "text": text.text.name,
        "row": text.text.row,
        "in_favour": text.counts.in_favour,
        "against": text.counts.against,
        "abstained": text.counts.abstained,
        "counted": text.base,
        "needed": text.share.needed if text.share else None,
        "arithmetic": arithmetic(text.share) if text.share else None,
        "outcome": text.outcome,
        "effect": text.effect,
        "sources": _sources(consultation, text.stated_by) if text.effect else [],
    }


def _aside_json(entry: ExcludedReply) -> dict[str, object]:
    reply = entry.reply
    return {
        "line": reply.line,
        "member_state": reply.member_state,
        "text": reply.text,
        "answer": reply.answer,
        "received": reply.received.isoformat(),
        "why": entry.why,
        "instead": entry.by,
    }


def _sources(consultation: Consultation, property_: str | None) -> list[str]:
    return [str(source) for source in consultation.sources.get(property_ or "", ())]


def arithmetic(share: Share) -> str:
    """Return the comparison in integers: 28 × 100 = 2800 ≥ 70 × 40 = 2800."""
    left, right = share.sides
    many = share.threshold.denominator
    scaled = f" × {many}" if many > 1 else ""
    sign = "≥" if share.met else "<"
    return f"{share.in_favour} × 100{scaled} = {left} {sign} {share.threshold.numerator} × {share.base} = {right}"


def _deadline(tally: Tally) -> str:
    deadline = tally.consultation.deadline
    if deadline is None:
        return "Deadline: not stated in the circular"
    state = "over" if tally.over else "not over"
    before = tally.consultation.deadline_before
    corrected = f" by a corrigendum ({before:%Y-%m-%d %H:%M} in the circular)" if before else ""
    return f"Deadline: {deadline:%Y-%m-%d %H:%M} UTC{corrected}, {state} on {tally.on}{_behind(tally.consultation, 'replyDeadline')}"


def _rule(consultation: Consultation) -> str:
    if consultation.threshold is None or consultation.counted is None:
        return "not stated in the circular"
    standing = f"; {consultation.standing}" if consultation.standing else ""
    return f"at least {consultation.threshold} per cent {_COUNTED[consultation.counted]}{standing}{_behind(consultation, 'threshold')}"


def _behind(consultation: Consultation, property_: str | None) -> str:
    found = _sources(consultation, property_)
    return f" [{'; '.join(found)}]" if found else ""


def _table(texts: Sequence[TextTally]) -> list[str]:
    head = ("row", "text", "in favour", "against", "abstain", "counted", "needed", "arithmetic", "threshold")
    cells = [head, *(_cells(text) for text in texts)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(head))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def _cells(text: TextTally) -> tuple[str, ...]:
    share = text.share
    words = {"met": "reached", "not-met": "not reached", "no-replies": "no replies", "unknown": "unknown"}
    return (
        "-" if text.text.row is None else str(text.text.row),
        text.text.name,
        *(str(number) for number in text.counts),
        "?" if share is None else str(share.base),
        "?" if share is None else str(share.needed),
        arithmetic(share) if share and share.base else "-",
        words[text.outcome],
    )


def _consequence(consultation: Consultation, text: TextTally, over: bool) -> str:
    if text.outcome == "unknown":
        return _NO_RULE if text.share is None else "outcome unknown"
    reached = {"met": "the threshold is reached", "not-met": "the threshold is not reached", "no-replies": "nobody replied"}[text.outcome]
    so_far = "" if over else " so far"
    if text.effect is None:
        return f"{reached}{so_far}; what follows, the circular does not say"
    effect = TERMS["effect"].get(text.effect, text.effect)
    standing = f" ({consultation.standing})" if consultation.standing else ""
    effect = effect if over else f"if it stays so, {effect}"
    return f"{reached}{so_far}: {effect}{standing}{_behind(consultation, text.stated_by)}"


def _aside(entry: ExcludedReply, consultation: Consultation, day: str) -> str:
    reply = entry.reply
    why = _WHY[entry.why].format(by=entry.by, day=day, sent=consultation.issued or consultation.said_on)
    return f"line {reply.line}: {reply.member_state}, {reply.text}, {reply.answer}, {reply.received:%Y-%m-%d %H:%M:%S} UTC: {why}"


def _section(heading: str, lines: list[str]) -> list[str]:
    return [heading, *(f"  {line}" for line in lines)] if lines else []


def _many(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
