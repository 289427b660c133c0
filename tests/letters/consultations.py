"""Consultations on draft Recommendations under the traditional approval procedure."""

from typing import Any

from tests.letters import framing
from tests.letters.blocks import Block, CheckRow, Heading, Note, Paragraph
from tests.letters.wording import Facts, Wording


def blocks(words: Wording, facts: Facts) -> list[Block]:
    """The letter."""
    name = framing.circular_name(words, facts)
    body = [
        *framing.header(words, facts, name, subject(words, facts)),
        *_body(words, facts),
        *framing.closing(words, facts, 2),
        *framing.annex_heading(words, 1, name),
        Paragraph(words.say("tap.annex_title", drafts=_drafts(words, facts))),
    ]
    for item, draft in enumerate(facts["drafts"], 1):
        body += _item(words, facts, item, draft)
    about = words.say("form.about", drafts=_drafts(words, facts))
    return body + framing.reply_form(words, facts, about, tuple(_row(words, facts, draft) for draft in facts["drafts"]))


def subject(words: Wording, facts: Facts) -> str:
    """The subject of the letter."""
    amount = "many" if len(facts["drafts"]) > 1 else "one"
    return words.say(f"tap.subject.{amount}", drafts=_drafts(words, facts), **words.held(facts["meeting"]))


def _drafts(words: Wording, facts: Facts) -> str:
    return words.drafts(facts["drafts"], _former(facts))


def _former(facts: Facts) -> bool:
    return bool(facts.get("formerly", False))


def _body(words: Wording, facts: Facts) -> list[Block]:
    turned = words.turned(2)
    procedure = facts["procedure"]
    place = words.place(procedure["revision_place"], None, "name")
    moment = words.moment(facts["consultation"]["reply_deadline"])
    first = turned.say(
        "tap.procedure",
        clause=words.clause(procedure["clause"]),
        revision_place=place,
        revision_year=procedure["revision_year"],
        title=words.group_title(facts["meeting"]["group"]),
        collective=words.say("collective", number=facts["collective_letter"]),
        **words.held(facts["meeting"]),
    )
    clause = words.clause(procedure["consultation_clause"])
    paragraphs = framing.numbered(
        [
            first,
            words.say("tap.located"),
            words.turned(3).say("tap.deadline", consultation_clause=clause, **moment),
            turned.say("tap.threshold", percent=facts["consultation"]["threshold_percent"]),
        ]
    )
    # real letters print the notes after paragraph 2 or after the last one
    at = 2 if words.number % 2 else 4
    return [*paragraphs[:at], *_notes(words, facts), *paragraphs[at:]]


def _notes(words: Wording, facts: Facts) -> list[Block]:
    said = [text for text in (_a5(words, facts), _ipr(words, facts)) if text]
    return [Note(words.say("note", n=n) + text) for n, text in enumerate(said, 1)]


def _a5(words: Wording, facts: Facts) -> str | None:
    justified = facts["a5_justification"]
    if justified is None:
        return None
    if not justified:
        return words.turned(2).say("tap.a5.none")
    return words.turned(2).say("tap.a5.some", texts=words.listed([_text(words, facts, number) for number in justified]))


def _ipr(words: Wording, facts: Facts) -> str | None:
    statements = facts["ipr_statements"]
    if statements is None:
        return None
    if not statements:
        return words.say("tap.ipr.none")
    counts = [
        words.say("tap.ipr.count", statements=words.at(f"tap.ipr.statements.{count}"), text=_text(words, facts, number))
        for number, count in statements.items()
    ]
    return words.say("tap.ipr.some", counts=words.listed(counts))


def _text(words: Wording, facts: Facts, number: str) -> str:
    draft = next(draft for draft in facts["drafts"] if draft["number"] == number)
    return words.text_name(draft, _former(facts))


def _item(words: Wording, facts: Facts, item: int, draft: Facts) -> list[Block]:
    heading = f"{item}\t{words.draft(draft, 'heading', _former(facts))}"
    document = draft["document"]
    style = facts.get("location", "bracket")
    if style == "bracket":
        heading += f" [{document.split('-', 1)[1]}]"
    elif style == "paren":
        heading += f" ({document})"
    lines = [words.prose(f"titles.{draft['title']}"), words.at("summary"), *_abstract(words, facts, draft)]
    return [Heading(heading), *map(Paragraph, lines)]


def _abstract(words: Wording, facts: Facts, draft: Facts) -> list[str]:
    references = words.listed([words.standard(name) for name in draft["references"]])
    said = [words.prose(f"abstracts.{key}", references=references) for key in draft["abstract"]]
    if facts.get("location") == "sentence":
        group, name = draft["document"].split("-", 1)
        said.append(words.say("tap.location_sentence", document=name, **words.forms(group)))
    return said


def _row(words: Wording, facts: Facts, draft: Facts) -> CheckRow:
    forms = words.forms(facts["meeting"]["group"])
    label = framing.label_lines(words, words.draft(draft, "label", _former(facts)))
    return CheckRow(label, words.say("form.give", **forms), tuple(words.at("form.options")), words.say("form.refuse", **forms))


def expected(words: Wording, facts: Facts) -> dict[str, Any]:
    """What must be read from the letter."""
    procedure = facts["procedure"]
    return {
        "circular": framing.expected_circular(words, facts, subject(words, facts), 2),
        "contact": dict(facts["contact"]),
        "reply_address": dict(facts["reply_address"]),
        "procedure": {
            "name": "TAP",
            "resolution": "WTSA Resolution 1",
            "revision": f"{procedure['revision_place']}, {procedure['revision_year']}",
            "clause": procedure["clause"],
            "consultation_clause": procedure["consultation_clause"],
        },
        "meeting": dict(facts["meeting"]),
        "adopted_at": None,
        "collective_letter": facts["collective_letter"],
        "consultation": {
            **facts["consultation"],
            "counted": "replies",
            "if_no_replies": None,
            "effect_if_met": "procedure-applied",
            "effect_if_not_met": None,
        },
        "a5_justification": facts["a5_justification"],
        "ipr_statements": facts["ipr_statements"],
        "drafts": [_expected_draft(words, facts, item, draft) for item, draft in enumerate(facts["drafts"], 1)],
        "questions": [],
        "form_rows": [_expected_row(words, facts, row, draft) for row, draft in enumerate(facts["drafts"], 1)],
    }


def _expected_draft(words: Wording, facts: Facts, item: int, draft: Facts) -> dict[str, Any]:
    kept = {key: draft[key] for key in ("number", "provisional_name", "kind", "part", "document", "references")}
    return {"item": item, "title": words.prose(f"titles.{draft['title']}"), "abstract": "\n".join(_abstract(words, facts, draft))} | kept


def _expected_row(words: Wording, facts: Facts, row: int, draft: Facts) -> dict[str, Any]:
    label = words.draft(draft, "label", _former(facts))
    kept = {key: draft[key] for key in ("number", "provisional_name")}
    return {"row": row, "label": label, "question": None} | kept
