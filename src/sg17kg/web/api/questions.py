"""GET /api/v1/questions and …/{sg}/{n}."""

from collections.abc import Mapping
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BeforeValidator

from sg17kg.namespaces import BASE
from sg17kg.store.base import RdfLiteral, Row, value
from sg17kg.web import models
from sg17kg.web.api.links import local, resource, root
from sg17kg.web.api.parameters import (
    Cursor,
    Day,
    Lang,
    Limit,
    SaidBy,
    best_language,
    iso,
    languages,
    paginate,
    reject_unknown_parameters,
    sort_by,
    sort_items,
    strict_number,
)
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.known import known_as_model
from sg17kg.web.missing import missing
from sg17kg.web.passages import source_of

router = APIRouter(prefix="/api/v1/questions", tags=["Questions"], dependencies=[Depends(reject_unknown_parameters)])
GroupNumber = Annotated[int, BeforeValidator(strict_number), Path(alias="sg", ge=1, le=99, description="Number of the study group")]
Number = Annotated[int, BeforeValidator(strict_number), Path(alias="n", ge=1, le=999, description="Number of the Question")]


GroupFilter = Annotated[
    int | None, BeforeValidator(strict_number), Query(alias="sg", ge=1, le=99, description="Only Questions of this study group")
]
QuestionSort = Annotated[str, sort_by("question", "title")]
_SORTED = {"question": lambda item: item.question, "title": lambda item: item.title.value if item.title else None}


@router.get("")
def questions(
    request: Request,
    served: ContextDep,
    group: GroupFilter = None,
    lang: Lang = None,
    sort: QuestionSort = "question",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> models.Page[models.QuestionSummary]:
    """Questions, with the title of their newest version."""
    wanted = languages(request, lang)
    rows = served.rows("questions-known")
    items = [_summary(request, list(said), wanted) for _, said in groupby(rows, key=lambda row: value(row, "question_iri"))]
    chosen = [item for item in items if group is None or item.question.endswith(f"/{group}")]
    return paginate(request, sort_items(chosen, sort, _SORTED), limit, cursor, known_as_model(served))


def _summary(request: Request, rows: list[Row], wanted: tuple[str, ...]) -> models.QuestionSummary:
    iri = value(rows[0], "question_iri") or ""
    newest = max((value(row, "period") or "" for row in rows), default="")
    bearing = [row for row in rows if (value(row, "period") or "") == newest]
    by_year = [list(said) for _, said in groupby(bearing, key=lambda row: value(row, "year"))]
    titled = next((said for said in by_year if value(said[0], "title")), bearing)
    return models.QuestionSummary(
        iri=iri,
        url=resource(request, iri),
        question=value(rows[0], "question") or "",
        title=best_language((*_labels(titled, "title"), *_labels(titled, "translated")), wanted),
        versions=sorted({year for row in rows if (year := value(row, "year"))}),
        period=newest or None,
    )


@router.get("/{sg}/{n}")
def question(
    group: GroupNumber, number: Number, request: Request, served: ContextDep, on: Day = None, said_by: SaidBy = None, lang: Lang = None
) -> models.Question:
    """One Question: its versions, texts and relations."""
    called = f"Q{number}/{group}"
    known = served.rows("question-versions", question=called)
    if not known:
        raise missing(request, served, f"{BASE}question/{group}/{number}", f"no Question {called} in the graph")
    versions = served.rows("question-versions", question=called, on=iso(on))
    tasks = served.rows("question-tasks", question=called)
    words = served.rows("question-own-words", question=called)
    items = {value(row, "year"): int(value(row, "study_items") or 0) for row in served.rows("question-study-items", question=called)}
    until = {"on": iso(on), "said_by": iso(said_by)}
    iri = value(known[0], "question_iri") or ""
    given = [_version(list(rows), tasks, words, items) for _, rows in groupby(versions, key=lambda row: value(row, "year"))]
    own = _one_question(versions)
    bearing = [version for version in given if version.iri in own]
    texts = [_text(row) for row in served.rows("texts-of-question", question=called, **until)]
    titles = [title for version in bearing for title in (*version.titles, *version.translated_titles)]
    return models.Question(
        iri=iri,
        question=called,
        versions=bearing,
        other_versions=[version for version in given if version.iri not in own],
        texts=texts,
        relations=[
            models.Relation(type=value(row, "type") or "", name=value(row, "name") or "", iri=value(row, "iri") or "")
            for row in served.rows("relations-of-question", question=called, **until)
        ],
        title=best_language(titles, languages(request, lang)),
        url=resource(request, iri),
        links={"self": resource(request, iri), "thing": f"{root(request)}{local(iri)}"}
        | {text.text: resource(request, text.iri) for text in texts}
        | {text.source.document: resource(request, text.source.iri) for text in texts},
        known_until=known_as_model(served, said_by),
    )


def _version(rows: list[Row], tasks: list[Row], words: list[Row], study_items: Mapping[str | None, int]) -> models.QuestionVersion:
    first = rows[0]
    year = value(first, "year") or ""
    own = [row for row in tasks if value(row, "year") == year]
    said = [row for row in words if value(row, "year") == year]
    items = sorted({int(value(row, "ordinal") or 0) for row in said if value(row, "about") == "study-item"})
    return models.QuestionVersion(
        iri=value(first, "version_iri") or "",
        year=year,
        period=value(first, "period"),
        titles=_labels(_distinct(rows), "title"),
        translated_titles=_labels(_of(said, "version", "translatedTitle"), "text"),
        purpose=_labels(_of(said, "version", "purpose"), "text"),
        status=value(first, "status"),
        continues=list(dict.fromkeys(name for row in rows if (name := value(row, "continues")))),
        prepared_at=value(first, "prepared_at"),
        adopted_at=value(first, "adopted_at"),
        study_items=study_items.get(year, 0),
        study_item_labels=[
            models.StudyItem(ordinal=item, labels=_labels(_of(said, "study-item", "shortLabel", item), "text")) for item in items
        ],
        tasks=[
            models.Task(
                ordinal=int(ordinal or 0),
                study_items=[int(item) for row in group if (item := value(row, "study_item"))],
                labels=_labels(_of(said, "task", "shortLabel", int(ordinal or 0)), "text"),
            )
            for ordinal, group in groupby(own, key=lambda row: value(row, "task"))
        ],
        work_programme=value(first, "work_programme"),
    )


def _one_question(rows: list[Row]) -> set[str | None]:
    """Return the versions that have the number, and those of the same or an unknown period that a source says they continue."""
    bearing = {value(row, "period") for row in rows if value(row, "bears") == "yes"} | {None}
    in_period = {value(row, "version_iri") for row in rows if value(row, "period") in bearing}
    continues: dict[str | None, set[str | None]] = {}
    for row in rows:
        continues.setdefault(value(row, "version_iri"), set()).add(value(row, "continues_iri"))
    found: set[str | None] = set()
    following = {value(row, "version_iri") for row in rows if value(row, "bears") == "yes"}
    while following:
        found |= following
        following = (set().union(*(continues.get(iri, set()) for iri in following)) & in_period) - found
    return found


def _distinct(rows: list[Row]) -> list[Row]:
    """Return the rows of one version, one for each title."""
    return list({row.get("title"): row for row in reversed(rows)}.values())


def _of(rows: list[Row], about: str, says: str, ordinal: int | None = None) -> list[Row]:
    """Return the rows of the query question-own-words about one thing."""
    wanted = (about, says, str(ordinal) if ordinal is not None else None)
    return [row for row in rows if (value(row, "about"), value(row, "says"), value(row, "ordinal")) == wanted]


def _labels(rows: list[Row], column: str) -> list[models.Title]:
    """Return the texts of rows, by language."""
    terms = [term for row in rows if isinstance(term := row.get(column), RdfLiteral)]
    return sorted((models.Title(lang=term.language or "", value=term.value) for term in terms), key=lambda title: title.lang)


def _text(row: Row) -> models.QuestionText:
    return models.QuestionText(
        text=value(row, "text") or "",
        iri=value(row, "text_iri") or "",
        type=value(row, "type") or "",
        proposed_number=value(row, "proposed_number"),
        joint_with=value(row, "joint_with"),
        as_of=value(row, "as_of"),
        source=source_of(row),
        version=value(row, "version") or "",
    )
