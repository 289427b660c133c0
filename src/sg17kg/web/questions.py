"""GET /api/v1/questions/{sg}/{n}."""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from sg17kg.errors import NotFound
from sg17kg.store.base import Row, Text, value
from sg17kg.web import models
from sg17kg.web.parameters import Day, SaidBy, iso, only_known
from sg17kg.web.passages import source_of
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/api/v1/questions", tags=["Questions"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]
GroupNumber = Annotated[int, Path(alias="sg", ge=1, le=99, description="Number of the study group")]
Number = Annotated[int, Path(alias="n", ge=1, le=999, description="Number of the Question")]


@router.get("/{sg}/{n}")
def question(group: GroupNumber, number: Number, served: Served, on: Day = None, said_by: SaidBy = None) -> models.Question:
    """One Question: its versions, texts and relations."""
    called = f"Q{number}/{group}"
    known = served.rows("question-versions", question=called)
    if not known:
        raise NotFound(f"no Question {called} in the graph")
    versions = served.rows("question-versions", question=called, on=iso(on))
    tasks = served.rows("question-tasks", question=called)
    words = served.rows("question-own-words", question=called)
    until = {"on": iso(on), "said_by": iso(said_by)}
    return models.Question(
        iri=value(known[0], "question_iri") or "",
        question=called,
        versions=[_version(list(rows), tasks, words) for _, rows in groupby(versions, key=lambda row: value(row, "year"))],
        texts=[_text(row) for row in served.rows("texts-of-question", question=called, **until)],
        relations=[
            models.Relation(type=value(row, "type") or "", name=value(row, "name") or "", iri=value(row, "iri") or "")
            for row in served.rows("relations-of-question", question=called, **until)
        ],
    )


def _version(rows: list[Row], tasks: list[Row], words: list[Row]) -> models.QuestionVersion:
    first = rows[0]
    year = value(first, "year") or ""
    own = [row for row in tasks if value(row, "year") == year]
    said = [row for row in words if value(row, "year") == year]
    items = sorted({int(value(row, "ordinal") or 0) for row in said if value(row, "about") == "study-item"})
    return models.QuestionVersion(
        iri=value(first, "version_iri") or "",
        year=year,
        titles=_labels([first], "title"),
        translated_titles=_labels(_of(said, "version", "translatedTitle"), "text"),
        purpose=_labels(_of(said, "version", "purpose"), "text"),
        status=value(first, "status"),
        continues=[name for row in rows if (name := value(row, "continues"))],
        prepared_at=value(first, "prepared_at"),
        adopted_at=value(first, "adopted_at"),
        study_items=int(value(first, "study_items") or 0),
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


def _of(rows: list[Row], about: str, says: str, ordinal: int | None = None) -> list[Row]:
    """Rows of own words about one thing."""
    wanted = (about, says, str(ordinal) if ordinal is not None else None)
    return [row for row in rows if (value(row, "about"), value(row, "says"), value(row, "ordinal")) == wanted]


def _labels(rows: list[Row], column: str) -> list[models.Title]:
    """The texts of rows, by language."""
    terms = [term for row in rows if isinstance(term := row.get(column), Text)]
    return sorted((models.Title(lang=term.language or "", value=term.value) for term in terms), key=lambda title: title.lang)


def _text(row: Row) -> models.QuestionText:
    return models.QuestionText(
        text=value(row, "text") or "",
        iri=value(row, "text_iri") or "",
        type=value(row, "type") or "",
        proposed_number=value(row, "proposed_number"),
        joint_with=value(row, "joint_with"),
        as_of=value(row, "as_of") or "",
        source=source_of(row),
    )
