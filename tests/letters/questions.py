"""Consultations on Questions of Study Groups."""

from typing import Any

from tests.letters import framing
from tests.letters.blocks import Block, CheckRow, Heading, Paragraph
from tests.letters.wording import Facts, Wording

WORK_PROGRAMME = "https://www.itu.int/ITU-T/workprog/wp_search.aspx?sp=18&q="


def blocks(words: Wording, facts: Facts) -> list[Block]:
    """The letter."""
    name = framing.circular_name(words, facts)
    gaps = _gaps(words, facts)
    body = [
        *framing.header(words, facts, name, subject(words, facts)),
        *_body(words, facts),
        *framing.closing(words, facts, 2),
        *framing.annex_heading(words, 1, name),
        Paragraph(words.say("questions.annex_title", **gaps)),
    ]
    for item, question in enumerate(facts["questions"], 1):
        body += _question(words, facts, item, question)
    rows = tuple(_row(words, facts, question) for question in facts["questions"])
    return body + framing.reply_form(words, facts, words.say("questions.about", **gaps), rows)


def subject(words: Wording, facts: Facts) -> str:
    """The subject of the letter."""
    return words.say("questions.subject", **_gaps(words, facts))


def _gaps(words: Wording, facts: Facts) -> dict[str, str]:
    group = facts["about_group"]
    asked = {"asked_of": words.group(group, "of"), "asked_short_of": words.group(group, "short_of")}
    return words.held(_meeting(facts["adopted_at"])) | asked | {"what": words.pick(f"questions.what.{_what(facts)}")}


def _what(facts: Facts) -> str:
    states = {question["status"] for question in facts["questions"]}
    if len(states) > 1:
        return "mixed"
    return f"{states.pop()}_{'many' if len(facts['questions']) > 1 else 'one'}"


def _meeting(mention: Facts) -> Facts:
    return {**mention, "country": None, "virtual": False}


def _name(facts: Facts, question: Facts) -> str:
    return f"{question['number']}/{facts['about_group'].removeprefix('SG')}"


def _title(words: Wording, question: Facts) -> str:
    return words.prose(f"questions.{question['title']}")


def _body(words: Wording, facts: Facts) -> list[Block]:
    turned = words.turned(2)
    gaps = _gaps(words, facts)
    drafts = [
        words.say(f"questions.draft.{question['status']}", n=_name(facts, question), title=_title(words, question))
        for question in facts["questions"]
    ]
    procedure = facts["procedure"]
    clause = words.clause(procedure["clause"])
    moment = words.moment(facts["consultation"]["reply_deadline"])
    return framing.numbered(
        [
            turned.say("questions.adopted", **gaps, met=words.met(_meeting(facts["adopted_at"])), questions=words.listed(drafts)),
            words.say("questions.procedure", **gaps, clause=clause, revision=_revision(words, procedure)),
            turned.say("questions.deadline", **moment),
            words.turned(3).say("questions.threshold", percent=facts["consultation"]["threshold_percent"]),
        ]
    )


def _revision(words: Wording, procedure: Facts) -> str:
    place, year = procedure["revision_place"], procedure["revision_year"]
    if place is None:
        return words.say("revision.year", year=year)
    return words.say("revision.full", place=words.place(place, None, "name"), year=year)


def _question(words: Wording, facts: Facts, item: int, question: Facts) -> list[Block]:
    n, title = _name(facts, question), _title(words, question)
    heading = words.say(f"questions.heading.{question['status']}", n=n, title=title)
    prepared = _meeting(question["prepared_at"])
    held = words.held(prepared)
    note = words.say("questions.footnote", n=n, prepared_by=held["by"], prepared=held["compact"], **_adopted(words, facts))
    sections = [Heading(f"{number}\t{name}") for number, name in enumerate(words.at("questions.sections"), 1)]
    return [
        Heading(f"{item}\t{heading}"),
        Heading(words.say("questions.title", n=n, title=title)),
        Paragraph(_continues(words, question), footnote=note),
        sections[0],
        Paragraph(words.prose(f"motivations.{question['motivation']}")),
        *_texts(words, question),
        sections[1],
        Paragraph(words.pick("questions.items")),
        *_items(words, question),
        sections[2],
        Paragraph(words.pick("questions.tasks")),
        *_tasks(words, question),
        Paragraph(words.say("questions.programme", url=WORK_PROGRAMME + n, **_gaps(words, facts))),
        sections[3],
        *_relations(words, facts, question["relations"]),
    ]


def _adopted(words: Wording, facts: Facts) -> dict[str, str]:
    held = words.held(_meeting(facts["adopted_at"]))
    return {"by": held["by"], "compact": held["compact"]}


def _continues(words: Wording, question: Facts) -> str:
    versions = [_version(words, version) for version in question["continues"]]
    amount = ("new", "one", "many")[min(len(versions), 2)]
    return words.say(f"questions.continues.{amount}", versions=words.listed(versions))


def _version(words: Wording, version: str) -> str:
    name, year = version.split(" ")
    return words.say("questions.version", n=name.removeprefix("Q"), year=year.strip("()"))


def _texts(words: Wording, question: Facts) -> list[Block]:
    said: list[Block] = []
    published, work = question["responsible_for"], question["under_development"]
    if published:
        names = words.listed(_published(words, published["items"]))
        said.append(Paragraph(words.say("questions.responsible", day=words.day(published["as_of"]), list=names)))
    if work:
        names = words.listed([item["printed"] for item in work["items"]])
        said.append(Paragraph(words.say("questions.developing", day=words.day(work["as_of"]), list=names)))
    return said


def _published(words: Wording, items: list[Facts]) -> list[str]:
    """Each published text as the list prints it: neighbouring supplements share one word."""
    printed: list[str] = []
    supplements = [item["type"] == "supplement" for item in items]
    for at, item in enumerate(items):
        name = str(item["id"])
        if supplements[at]:
            name = name.rsplit(" ", 1)[-1]
            if not (at and supplements[at - 1]):
                amount = "many" if supplements[at + 1 : at + 2] == [True] else "one"
                name = words.say(f"questions.supplement.{amount}", n=name)
        if item["joint_with"]:
            name = words.say("questions.joint", text=name, group=words.group(item["joint_with"], "with"))
        printed.append(name)
    return printed


def _items(words: Wording, question: Facts) -> list[Paragraph]:
    said = [words.prose(f"items.{key}") for key in question["items"]]
    return [Paragraph(f"{n})\t{text}" if words.number % 2 else f"–\t{text}") for n, text in enumerate(said, 1)]


def _tasks(words: Wording, question: Facts) -> list[Paragraph]:
    said: list[str] = []
    for key, items in question["tasks"].items():
        said.append(f"–\t{words.prose(f'tasks.{key}')}")
        if items:
            amount = "many" if len(items) > 1 else "one"
            said.append(words.say(f"questions.addresses.{amount}", list=words.listed([str(item) for item in items])))
    return [Paragraph(text) for text in said]


def _relations(words: Wording, facts: Facts, relations: Facts) -> list[Block]:
    lists = {
        "recommendations": [_recommendation(words, name) for name in relations["recommendations"]],
        "questions": [words.say("questions.all_questions", **_gaps(words, facts))],
        "groups": [_group(words, name) for name in relations["groups"]],
        "standards_bodies": [words.at("bodies").get(name, name) for name in relations["standards_bodies"]],
        "other_bodies": [words.at("bodies").get(name, name) for name in relations["other_bodies"]],
        "wsis_action_lines": relations["wsis_action_lines"],
        "sdgs": [words.at("comma").join(map(str, relations["sdgs"]))],
    }
    said: list[Block] = []
    for key, names in lists.items():
        if names:
            said += [Paragraph(words.at(f"questions.relations.{key}")), *(Paragraph(f"–\t{name}") for name in names)]
    return said


def _recommendation(words: Wording, name: str) -> str:
    return words.say("series", series=name.removesuffix(" series")) if name.endswith(" series") else name


def _group(words: Wording, name: str) -> str:
    sector, group = name.split(" ")
    return words.say("sector_group", sector=words.at(f"sectors.{sector}"), n=group.removeprefix("SG"))


def _label(words: Wording, facts: Facts, question: Facts) -> str:
    return words.say(f"questions.heading.{question['status']}", n=_name(facts, question), title=_title(words, question))


def _row(words: Wording, facts: Facts, question: Facts) -> CheckRow:
    label = framing.label_lines(words, _label(words, facts, question))
    return CheckRow(label, words.at("questions.give"), (), words.at("questions.refuse"))


def expected(words: Wording, facts: Facts) -> dict[str, Any]:
    """What must be read from the letter."""
    procedure = facts["procedure"]
    year = str(procedure["revision_year"])
    return {
        "circular": framing.expected_circular(words, facts, subject(words, facts), 2),
        "contact": dict(facts["contact"]),
        "reply_address": dict(facts["reply_address"]),
        "procedure": {
            "name": "Question consultation",
            "resolution": "WTSA Resolution 1",
            "revision": f"{procedure['revision_place']}, {year}" if procedure["revision_place"] else year,
            "clause": procedure["clause"],
            "consultation_clause": None,
        },
        "meeting": None,
        "adopted_at": dict(facts["adopted_at"]),
        "collective_letter": None,
        "consultation": {
            **facts["consultation"],
            "counted": "explicit-replies",
            "if_no_replies": "approved",
            "effect_if_met": "approved",
            "effect_if_not_met": "returned-to-study-group",
        },
        "a5_justification": None,
        "ipr_statements": None,
        "drafts": [],
        "questions": [_expected_question(words, facts, question) for question in facts["questions"]],
        "form_rows": [_expected_row(words, facts, row, question) for row, question in enumerate(facts["questions"], 1)],
    }


def _expected_question(words: Wording, facts: Facts, question: Facts) -> dict[str, Any]:
    published, work = question["responsible_for"], question["under_development"]
    return {
        "number": question["number"],
        "group": facts["about_group"],
        "title": _title(words, question),
        "status": question["status"],
        "continues": list(question["continues"]),
        "prepared_at": dict(question["prepared_at"]),
        "adopted_at": dict(facts["adopted_at"]),
        "responsible_for": {"as_of": published["as_of"], "items": _expected_published(words, published["items"])} if published else None,
        "under_development": {"as_of": work["as_of"], "items": [dict(item) for item in work["items"]]} if work else None,
        "study_items": [{"ordinal": n, "text": words.prose(f"items.{key}")} for n, key in enumerate(question["items"], 1)],
        "tasks": [
            {"ordinal": n, "text": words.prose(f"tasks.{key}"), "study_items": list(items)}
            for n, (key, items) in enumerate(question["tasks"].items(), 1)
        ],
        "work_programme": WORK_PROGRAMME + _name(facts, question),
        "relations": dict(question["relations"]),
    }


def _expected_published(words: Wording, items: list[Facts]) -> list[dict[str, Any]]:
    return [{"printed": printed} | dict(item) for printed, item in zip(_published(words, items), items, strict=True)]


def _expected_row(words: Wording, facts: Facts, row: int, question: Facts) -> dict[str, Any]:
    label = _label(words, facts, question)
    return {"row": row, "label": label, "number": None, "provisional_name": None, "question": f"Q{_name(facts, question)}"}
