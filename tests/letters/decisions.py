"""Letters about decisions on texts: approval, deletion, alternative approval."""

from collections.abc import Iterable
from typing import Any

from tests.letters import framing
from tests.letters.blocks import Block, Cell, Paragraph, Table
from tests.letters.wording import Facts, Wording


def blocks(words: Wording, facts: Facts) -> list[Block]:
    """The letter."""
    return [
        *framing.header(words, facts, _name(words, facts), _subject(words, facts)),
        *_BODIES[facts["kind"]](words, facts),
        *framing.closing(words, facts, 0),
    ]


def _name(words: Wording, facts: Facts) -> str:
    if facts["kind"] == "aap":
        return words.say("aap.name", announcement=facts["announcement"])
    return framing.circular_name(words, facts)


def _subject(words: Wording, facts: Facts) -> str:
    if facts["kind"] == "aap":
        return words.say("aap.subject", announcement=facts["announcement"])
    if facts["kind"] == "deletion":
        texts = words.listed([str(text["number"]) for text in facts["decisions"]])
        state = "proposed" if facts["meeting"] else "deleted"
        return words.say(f"deletion.subject.{state}", texts=texts, **words.forms(facts["about_group"]))
    texts = words.listed([words.decided(text) for text in facts["decisions"]])
    state = "approved" if _outcomes(facts) == {"approved"} else "mixed"
    return words.say(f"approval.subject.{state}", texts=texts, **words.held(facts["meeting"]))


def _outcomes(facts: Facts) -> set[str]:
    return {text["decision"] for text in facts["decisions"]}


def _approval(words: Wording, facts: Facts) -> list[Block]:
    body = words.turned(2).say(
        "approval.body",
        circulars=_antecedents(words, facts),
        met=words.met(facts["meeting"]),
        day=words.day(facts["decisions"][0]["day"]),
        clause=words.clause("9.5"),
        **words.held(facts["meeting"]),
    )
    rows = [(words.decided(text), _title(words, text), _decision(words, text)) for text in facts["decisions"]]
    after = [Paragraph(f"{n}\t{text}") for n, text in enumerate(words.at("approval.after"), 2)]
    return [Paragraph(f"1\t{body}"), _table(words, ("number", "title", "decision"), rows), *after]


def _antecedents(words: Wording, facts: Facts) -> str:
    return str(words.at("and_circular")).join(words.circular(antecedent) for antecedent in facts["refers_to"])


def _deletion(words: Wording, facts: Facts) -> list[Block]:
    day = words.day(facts["decisions"][0]["day"])
    if facts["meeting"]:
        held = words.held(facts["meeting"])
        body = words.turned(2).say("deletion.proposed", day=day, met=words.met(facts["meeting"]), **held)
        last = words.say("deletion.deadline", **words.moment(facts["reply_deadline"]))
    else:
        circulars = _antecedents(words, facts)
        body = words.turned(2).say("deletion.deleted", day=day, circulars=circulars)
        last = words.at("deletion.after")
    rows = [(words.decided(text), _title(words, text), _decision(words, text)) for text in facts["decisions"]]
    table = _table(words, ("number", "title", "decision"), rows)
    return [Paragraph(f"1\t{body}"), table, Paragraph(f"2\t{words.pick('deletion.reason')}"), Paragraph(f"3\t{last}")]


def _aap(words: Wording, facts: Facts) -> list[Block]:
    rows = [(words.decided(text), _title(words, text), _status(words, text), _dates(words, text)) for text in facts["decisions"]]
    return [
        Paragraph(words.turned(2).say("aap.body", day=words.day(facts["circular"]["date"]))),
        _table(words, ("number", "title", "status", "dates"), rows),
        Paragraph(words.at("aap.legend")),
    ]


def _status(words: Wording, text: Facts) -> str:
    return words.say("decisions.aap-approved" if text["decision"] == "approved" else f"decisions.{text['decision']}")


def _dates(words: Wording, text: Facts) -> str:
    return words.span("compact", text["day"], text.get("until", text["day"]))


def _decision(words: Wording, text: Facts) -> str:
    return words.say(f"decisions.{text['decision']}")


def _title(words: Wording, text: Facts) -> str:
    return words.prose(f"titles.{text['title']}")


def _table(words: Wording, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Table:
    head: tuple[Cell, ...] = tuple((words.say(f"columns.{column}"),) for column in columns)
    return Table((head, *(tuple((cell,) for cell in row) for row in rows)))


_BODIES = {"approval": _approval, "deletion": _deletion, "aap": _aap}


def expected(words: Wording, facts: Facts) -> dict[str, Any]:
    """What must be read from the letter; a period of last call or additional review counts from its first day."""
    read = framing.expected_frame(words, facts, _subject(words, facts))
    read["meeting"] = dict(facts["meeting"]) if facts["meeting"] else None
    read["decisions"] = [_expected_decision(words, text) for text in facts["decisions"]]
    read["refers_to"] = [dict(antecedent) for antecedent in facts["refers_to"]]
    if facts["kind"] == "aap":
        read["announcement"] = facts["announcement"]
    if facts.get("reply_deadline"):
        read["consultation"] = _OBJECTIONS | {"reply_deadline": facts["reply_deadline"]}
    return read


_OBJECTIONS = {"threshold_percent": None, "counted": None, "if_no_replies": None, "effect_if_met": None, "effect_if_not_met": None}


def _expected_decision(words: Wording, text: Facts) -> dict[str, Any]:
    kept = {key: text[key] for key in ("number", "provisional_name", "kind", "part", "decision")}
    return kept | {"on": text["day"], "title": _title(words, text)}
