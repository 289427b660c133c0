"""GET /lines/…: a document line by line, with what was read from which lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response
from markupsafe import Markup
from pydantic import BeforeValidator

from sg17kg.errors import NotFound
from sg17kg.namespaces import BASE
from sg17kg.store.base import NamedNode, Row, value
from sg17kg.web.api.parameters import reject_unknown_parameters, strict_number
from sg17kg.web.pages.page_context import Page, PageContext

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
Line = Annotated[int | None, BeforeValidator(strict_number), Query(ge=1, le=999_999, description="A line of the document")]
# Passages on a page: overview, requested lines. Things: of a passage in the overview, on a whole page of requested lines
_OVERVIEW, _ASKED, _FEW, _THINGS = 100, 10, 6, 150
_DROPPED = ("#type", "#label")
Version = Annotated[str | None, Query(max_length=35, description="Language of the version whose lines are meant")]
Offset = Annotated[int, BeforeValidator(strict_number), Query(ge=0, le=1_000_000, description="How many passages to pass over")]
Span = tuple[int, int]


@dataclass(frozen=True)
class Subject:
    """A thing that lines say something about: its name as a link, and (property, value) in readable form."""

    name: Markup
    said: list[tuple[Markup, Markup]]


@dataclass(frozen=True)
class Passage:
    """Lines of a document, the things they say something about, how many more there are, and whether the lines were requested.

    `version` is the language of the version that has these lines, if there are several.
    """

    first: int
    last: int
    subjects: list[Subject]
    more: int
    asked: bool
    version: str | None


@router.get("/lines/{path:path}", include_in_schema=False)
def lines(path: str, v: Page, first: Line = None, last: Line = None, version: Version = None, offset: Offset = 0) -> Response:
    """A document's passages; with `first` and `last` those that meet these lines, with all that was read there. Raises NotFound.

    A document in several languages has as many counts of lines; `version` chooses one.
    """
    iri = BASE + quote(path, safe="/:.-~_")
    rows = [row for row in v.served.rows("statements-of-document", document=iri) if version in (None, value(row, "language"))]
    if not rows:
        raise NotFound(f"no passage of {iri} in the graph; pages of circulars lead to theirs")
    counted = sorted(rows, key=lambda row: (*_span(row), value(row, "language") or ""))  # stable: subjects stay in their order
    spans = [(key[:2], list(said)) for key, said in groupby(counted, key=lambda row: (*_span(row), value(row, "language")))]
    wanted = (first, max(first, last or first)) if first else None
    fitting = [entry for entry in spans if wanted is None or _meet(entry[0], wanted)]
    size = _ASKED if wanted else _OVERVIEW
    shown = fitting[offset : offset + size]
    most = _THINGS // max(1, len(shown)) if wanted else _FEW
    known = [span for span, _ in spans]
    label = next(iter(_values(v, iri, "#label")), path)
    return v.page(
        "lines",
        iri=iri,
        document=label,
        name=v.name(iri, label),
        first=first,
        outside="/source/page/" in iri,
        address=next(iter(_links(v, iri)), None),
        files=[
            (value(row, "name"), v.thing(value(row, "file_iri") or ""), v.language.of(value(row, "language")), value(row, "lines"))
            for row in v.served.rows("files-of-document", document=iri)
        ],
        passages=[_passage(v, iri, span, said, wanted is not None, most) for span, said in shown],
        earlier=max((span for span in known if wanted and span[1] < wanted[0]), default=None),
        later=min((span for span in known if wanted and span[0] > wanted[1]), default=None),
        offset=offset,
        size=size,
        total=len(fitting),
    )


def _span(row: Row) -> Span:
    return int(value(row, "first_line") or 0), int(value(row, "last_line") or 0)


def _meet(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and one[1] >= other[0]


def _values(v: PageContext, iri: str, ending: str) -> Iterable[str]:
    for row in v.served.rows("thing-statements", thing=iri):
        if (value(row, "property") or "").endswith(ending) and (text := value(row, "value")):
            yield text


def _links(v: PageContext, iri: str) -> Iterable[str]:
    """Yield the web addresses of the document itself, only http and https."""
    for row in v.served.rows("thing-statements", thing=iri):
        if (value(row, "property") or "").endswith("#link") and (text := value(row, "value") or "").startswith(("https://", "http://")):
            yield text


def _passage(v: PageContext, document: str, span: Span, rows: list[Row], whole: bool, most: int) -> Passage:
    by_subject: dict[str, list[Row]] = {}
    for row in rows:
        by_subject.setdefault(value(row, "subject") or "", []).append(row)
    subjects = [_subject(v, iri, said, whole) for iri, said in list(by_subject.items())[:most]]
    version = v.version(document, value(rows[0], "language"))
    return Passage(*span, subjects, max(0, len(by_subject) - most), whole, version)


def _subject(v: PageContext, iri: str, rows: list[Row], whole: bool) -> Subject:
    said = [row for row in rows if not (value(row, "property") or "").endswith(_DROPPED)] if whole else []
    return Subject(v.link(iri, value(rows[0], "subject_name")), [_said(v, row) for row in said])


def _said(v: PageContext, row: Row) -> tuple[Markup, Markup]:
    iri = value(row, "property") or ""
    term, name = row.get("object"), v.property_name(iri, value(row, "property_name") or _tail(iri))
    if isinstance(term, NamedNode):
        return name, v.link(term.value, value(row, "object_name") or _tail(term.value))
    return name, v.of_term(term)


def _tail(iri: str) -> str:
    return iri.rpartition("#")[2].rpartition("/")[2]
