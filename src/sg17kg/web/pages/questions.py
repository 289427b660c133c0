"""Page of a Question: versions, texts by status, study items by tasks, relations, predecessors."""

from dataclasses import dataclass

from fastapi import Response
from markupsafe import Markup

from sg17kg.identifiers import deliverable_iri
from sg17kg.namespaces import BASE
from sg17kg.rendering.svg_diagram import Box, layered
from sg17kg.search.texts import several
from sg17kg.search.tokens import natural
from sg17kg.web import models
from sg17kg.web.api import questions, recommendations, work_items
from sg17kg.web.pages.formats import data_formats
from sg17kg.web.pages.page_context import PageContext
from sg17kg.web.pages.statements import passages_about_each

_PER_COLUMN = 12
_WIDE, _NARROW = 176, 150


@dataclass(frozen=True)
class Matrix:
    """Study items by tasks, of one version."""

    iri: str
    items: list[models.StudyItem]
    tasks: list[models.Task]


def question_page(v: PageContext, iri: str) -> Response:
    """Return the page of a Question."""
    group, number = (int(part) for part in iri.removeprefix(BASE).split("/")[1:3])
    question = questions.question(group, number, v.request, v.served, on=v.on, lang=v.language.tag)
    titles = [title for version in question.versions[:1] for title in (*version.titles, *version.translated_titles)]
    related = _relations(v, question)
    return v.page(
        "question",
        question=question,
        best=v.best(titles),
        evidence=passages_about_each(v, [version.iri for version in (*question.versions, *question.other_versions)]),
        groups=_groups(v, question),
        matrix=next((Matrix(version.iri, _items(version), version.tasks) for version in question.versions if version.tasks), None),
        relations=related,
        picture=_picture(v, question, related),
        data=data_formats(question.iri),
        canonical=question.iri,
    )


def _items(version: models.QuestionVersion) -> list[models.StudyItem]:
    """Return all study items, with their labels if they have any."""
    labels = {item.ordinal: item for item in version.study_item_labels}
    return [labels.get(ordinal, models.StudyItem(ordinal=ordinal, labels=[])) for ordinal in range(1, version.study_items + 1)]


@dataclass(frozen=True)
class ListedQuestion:
    """A text of a Question; without the line that lists it if a rule infers it."""

    text: str
    iri: str
    proposed_number: str | None = None
    joint_with: str | None = None
    as_of: str | None = None
    source: models.Source | None = None


Shown = tuple[ListedQuestion, str | None, models.Title | None, Markup]


def _groups(v: PageContext, question: models.Question) -> list[tuple[Markup, str, list[Shown]]]:
    """Return the texts of a Question in groups.

    The groups are: listed as published; published by inference; listed as under development and ended since, with what they became; and
    under development.
    """
    newest = {text.iri: text for text in sorted(question.texts, key=lambda entry: entry.as_of or "")}
    developed = {item.iri: item for item in work_items.summaries(v.request, v.served, v.day, None, v.wanted)}
    resulting = {deliverable_iri(item.resulted_in) for iri in newest if (item := developed.get(iri)) and item.resulted_in}
    there = [
        text
        for text in recommendations.listed(v.served, v.day)
        if text.iri in newest or text.iri in resulting or question.question in several(text.questions)
    ]
    known = {item.iri: item for item in recommendations.summaries(v.request, v.served, v.day, None, v.wanted, there)}
    published: list[Shown] = []
    ended: list[Shown] = []
    going_on: list[Shown] = []
    for text in sorted(newest.values(), key=lambda entry: natural(entry.text)):
        listed = ListedQuestion(text.text, text.iri, text.proposed_number, text.joint_with, text.as_of, text.source)
        if text.type != "WorkItem":
            entry = known.get(text.iri)
            published.append((listed, entry.status.code if entry else None, entry.title if entry else None, Markup("")))
            continue
        item = developed.get(text.iri)
        became = v.link(deliverable_iri(item.resulted_in), item.resulted_in) if item and item.resulted_in else Markup("")
        on = f", {v.language.day(item.status.since, 'medium')}" if item and item.resulted_in and item.status.since else ""
        title = item.title if item else None
        if title is None and item and item.resulted_in and (text_known := known.get(deliverable_iri(item.resulted_in))):
            title = text_known.title
        shown: Shown = (listed, item.status.code if item else None, title, became + on)
        (ended if became else going_on).append(shown)
    inferred: list[Shown] = [
        (ListedQuestion(entry.number, entry.iri), entry.status.code, entry.title, Markup(""))
        for entry in sorted(known.values(), key=lambda entry: natural(entry.number))
        if question.question in entry.questions and entry.iri not in newest
    ]
    say = v.language.say
    return [
        (say("Published texts"), "published", published),
        (say("Published texts that follow from several documents"), "inferred", inferred),
        (say("Listed as under development, and ended since"), "ended", ended),
        (say("Under development"), "development", going_on),
    ]


_ORDER = ("Question", "StudyGroup", "AdvisoryGroup", "Group", "Body", "Standard", "Recommendation", "Series", "ActionLine", "Goal")


def _relations(v: PageContext, question: models.Question) -> list[tuple[Markup, list[models.Relation]]]:
    by_type: dict[str, list[models.Relation]] = {}
    for relation in question.relations:
        by_type.setdefault(_sort_of(relation), []).append(relation)
    ordered = sorted(by_type, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    return [(v.term("relation", name), sorted(by_type[name], key=lambda entry: natural(entry.name))) for name in ordered]


def _sort_of(relation: models.Relation) -> str:
    """Return the type of a relation; goals and action lines are both concepts, and their vocabulary tells them apart."""
    if relation.type != "Concept":
        return relation.type
    return "ActionLine" if "/vocabulary/wsis/" in relation.iri else "Goal"


def _picture(v: PageContext, question: models.Question, related: list[tuple[Markup, list[models.Relation]]]) -> Markup:
    """Return a diagram: versions by generation at the left (a merger has several predecessors), those it works with at the right."""
    generations = _generations(question)
    columns = [[_version_box(v, question, name, at == len(generations) - 1) for name in names] for at, names in enumerate(generations)]
    heads: list[str] = [*(v.language.plain("Before it") for _ in generations[1:]), v.language.plain("Version")]
    continues = {_named(question, version): version.continues for version in question.versions}
    edges = [
        ((at, row), (at + 1, later_row))
        for at, names in enumerate(generations[:-1]) for row, name in enumerate(names)
        for later_row, later in enumerate(generations[at + 1]) if name in continues.get(later, ())
    ]  # fmt: skip
    for heading, entries in related:
        if entries[0].type in ("Recommendation", "Series"):
            continue
        boxes = [Box((entry.name,), v.thing(entry.iri)) for entry in entries[:_PER_COLUMN]]
        if len(entries) > _PER_COLUMN:
            boxes.append(Box((v.language.plain("and %(n)s more", n=len(entries) - _PER_COLUMN),), "#relations", "gone"))
        heads.append(heading)
        columns.append(boxes)
    name = v.language.plain("Where it comes from, and with whom it works")
    return layered(name, heads, columns, edges, v.language.direction == "rtl", _WIDE if len(columns) < 6 else _NARROW)


def _named(question: models.Question, version: models.QuestionVersion) -> str:
    return f"{question.question} ({version.year})"


def _generations(question: models.Question) -> list[list[str]]:
    """Return the newest version last, before it those that it continues, and so on; other versions in the first generation."""
    if not question.versions:
        return [[question.question]]
    continues = {_named(question, version): version.continues for version in question.versions}
    generations = [[_named(question, question.versions[0])]]
    seen = set(generations[0])
    while before := [name for later in generations[0] for name in continues.get(later, ()) if name not in seen]:
        seen.update(before)
        generations.insert(0, list(dict.fromkeys(before)))
    generations[0] += [name for name in continues if name not in seen]
    return generations


def _version_box(v: PageContext, question: models.Question, name: str, newest: bool) -> Box:
    adopted = next((version.adopted_at for version in question.versions if _named(question, version) == name), None)
    return Box((name, *((adopted,) if adopted else ())), v.to(_version_path(name)), "end" if newest else "")


def _version_path(name: str) -> str:
    """Return /question/17/3/2025 for Q3/17 (2025)."""
    question, _, year = name.rstrip(")").partition(" (")
    number, _, group = question.removeprefix("Q").partition("/")
    return f"/question/{group}/{number}/{year}"
