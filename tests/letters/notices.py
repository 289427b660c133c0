"""Letters that ask nothing: invitations to meetings, corrigenda, workshops."""

from typing import Any

from tests.letters import framing
from tests.letters.blocks import Block, Heading, Paragraph, Table
from tests.letters.wording import Facts, Wording

_ANNEXES = "AB"


def blocks(words: Wording, facts: Facts) -> list[Block]:
    """The letter."""
    annexes = _annexes(words) if facts["kind"] == "collective-letter" else []
    return [
        *framing.header(words, facts, _name(words, facts), _subject(words, facts)),
        *_BODIES[facts["kind"]](words, facts),
        *framing.closing(words, facts, _annex_count(facts) or 0),
        *annexes,
    ]


def _name(words: Wording, facts: Facts) -> str:
    if facts["kind"] == "collective-letter":
        return words.say("collective", number=facts["letter"]["number"])
    if facts["kind"] == "corrigendum":
        circular = words.say("circular", number=facts["refers_to"][0]["circular"])
        return words.say("corrigendum.name", n=facts["corrigendum"], circular=circular)
    return framing.circular_name(words, facts)


def _subject(words: Wording, facts: Facts) -> str:
    if facts["kind"] == "collective-letter":
        return words.say("invitation.subject", **words.held(facts["meeting"]))
    if facts["kind"] == "corrigendum":
        return words.say("corrigendum.subject", n=facts["corrigendum"], dated=words.circular(facts["refers_to"][0]))
    return words.say("workshop.subject", title=_workshop(words, facts), compact=words.held(_event(facts))["compact"])


def _annex_count(facts: Facts) -> int | None:
    return len(_ANNEXES) if facts["kind"] == "collective-letter" else None


def _annexes(words: Wording) -> list[Block]:
    said: list[Block] = []
    for letter, title in zip(_ANNEXES, words.at("invitation.annexes"), strict=True):
        said += [Heading(words.say("invitation.annex", letter=letter)), Paragraph(title)]
    return said


def _invitation(words: Wording, facts: Facts) -> list[Block]:
    meeting = facts["meeting"]
    gaps = words.held(meeting) | {"title": words.group_title(meeting["group"]), "spoken_bare": words.bare(meeting)}
    agenda = words.turned(2).say("invitation.agenda", agenda=facts["agenda"])
    return [
        Paragraph(f"1\t{words.turned(2).say('invitation.body', **gaps)}"),
        Paragraph(f"2\t{agenda}"),
        Paragraph(words.pick("invitation.deadlines")),
        *_deadlines(words, facts),
        Paragraph(words.at("invitation.wish")),
    ]


def _deadlines(words: Wording, facts: Facts) -> list[Block]:
    said = [(words.day(deadline["day"]), words.say(f"invitation.what.{deadline['what']}")) for deadline in facts["deadlines"]]
    if words.number % 2:
        return [Paragraph(text) for day, what in said for text in (day, f"-\t{what}")]
    return [Table(tuple(((day,), (what,)) for day, what in said))]


def _corrigendum(words: Wording, facts: Facts) -> list[Block]:
    dated = words.circular(facts["refers_to"][0])
    changes = [Paragraph(f"–\t{_change(words.turned(4), change)}") for change in facts["changes"]]
    return [Paragraph(words.turned(2).say("corrigendum.body", dated=dated)), *changes, Paragraph(words.turned(2).say("corrigendum.rest"))]


def _change(words: Wording, change: Facts) -> str:
    what = change["what"]
    if what == "title":
        return words.say("corrigendum.change.title", text=change["number"], now=words.prose(f"titles.{change['now']}"))
    was, now = (_value(words, what, change[key]) for key in ("was", "now"))
    return words.say(f"corrigendum.change.{what}", was=was, now=now)


def _value(words: Wording, what: str, value: Any) -> str:
    if what == "meeting":
        return words.span("compact", value["start"], value["end"])
    return words.day(value) if what == "deadline" else str(value)


def _read_change(words: Wording, change: Facts) -> dict[str, Any]:
    if change["what"] == "title":
        return {"what": "title", "text": change["number"], "replaced": None, "by": words.prose(f"titles.{change['now']}")}
    was, now = (
        f"{value['start']}/{value['end']}" if change["what"] == "meeting" else str(value) for value in (change["was"], change["now"])
    )
    # the second way to put it, in every language, says that it is the deadline
    moved = change["what"] == "deadline" and words.turned(4).number % 2 == 1
    return {"what": "reply-deadline" if moved else None, "text": None, "replaced": was, "by": now}


def _event(facts: Facts) -> Facts:
    return {**facts["workshop"], "group": facts["about_group"]}


def _workshop(words: Wording, facts: Facts) -> str:
    return words.prose(f"workshops.{facts['workshop']['title']}")


def _workshop_body(words: Wording, facts: Facts) -> list[Block]:
    said = [
        words.turned(2).say("workshop.body", spoken_bare=words.bare(_event(facts))),
        words.turned(2).say("workshop.registration", day=words.day(facts["workshop"]["registration"])),
        words.say("workshop.programme"),
    ]
    return framing.numbered(said)


_BODIES = {"collective-letter": _invitation, "corrigendum": _corrigendum, "other": _workshop_body}


def expected(words: Wording, facts: Facts) -> dict[str, Any]:
    """What must be read from the letter. A corrigendum has no number of its own: `refers_to` says what it corrects."""
    read = framing.expected_frame(words, facts, _subject(words, facts), _annex_count(facts))
    if facts["kind"] == "collective-letter":
        return read | {
            "letter": dict(facts["letter"]),
            "meeting": dict(facts["meeting"]),
            "deadlines": [{"what": deadline["what"], "on": deadline["day"]} for deadline in facts["deadlines"]],
        }
    if facts["kind"] == "corrigendum":
        # a changed date is neither this letter's deadline nor its meeting
        left = {key: value for key, value in read.items() if key not in {"meeting", "consultation"}}
        changes = [_read_change(words, change) for change in facts["changes"]]
        return left | {"refers_to": [dict(antecedent) for antecedent in facts["refers_to"]], "corrections": changes}
    return read | {"meeting": None}
