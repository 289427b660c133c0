"""GET /api/v1/evidence: the passages that state a triple."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from sg17kg.errors import BadParameter
from sg17kg.namespaces import BASE, PREFIXES
from sg17kg.store.base import NamedNode, RdfLiteral, Row, value
from sg17kg.web import models
from sg17kg.web.api.parameters import Cursor, Limit, paginate, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.passages import source_of

router = APIRouter(prefix="/api/v1", tags=["Evidence"], dependencies=[Depends(reject_unknown_parameters)])
Subject = Annotated[str, Query(max_length=500, description="IRI of the subject, or its path (rec/X.1280)")]
Property = Annotated[str | None, Query(max_length=500, description="IRI of the property, or its prefixed name (sg17:replyDeadline)")]
Object = Annotated[str | None, Query(max_length=2000, description="IRI, or text of a literal")]
_PATH = re.compile(r"[a-z-]+/[^\s:]+")


@router.get("/evidence")
def evidence(
    request: Request, served: ContextDep, s: Subject, p: Property = None, o: Object = None, limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Stated]:
    """The passages that state a triple, or the triples about a thing. What a rule inferred has none: its premises have."""
    subject = _iri(s)
    rows = served.rows("evidence", s=subject, p=_iri(p) if p is not None else None)
    objects = {o, _prefixed(o)} if o is not None else set()
    stated = [_stated(subject, row) for row in rows if not objects or value(row, "object") in objects]
    return paginate(request, stated, limit, cursor)


def _iri(given: str) -> str:
    """Return the full IRI for an IRI, a prefixed name or a path. Raises BadParameter for an unknown prefix."""
    prefix, colon, name = given.partition(":")
    if colon and not name.startswith("//") and prefix in PREFIXES:
        return PREFIXES[prefix] + name
    if _PATH.fullmatch(given):
        return BASE + given
    if not re.match(r"https?:|[^:]*$", given, re.IGNORECASE):
        raise BadParameter(f"unknown prefix {prefix[:40]!r}; there are: {', '.join(PREFIXES)}")
    return given


def _prefixed(given: str) -> str:
    """Return the IRI that a prefixed name or a path may stand for; any other text is returned unchanged."""
    try:
        return _iri(given)
    except BadParameter:
        return given


def _stated(subject: str, row: Row) -> models.Stated:
    term = row.get("object")
    literal = term if isinstance(term, RdfLiteral) else None
    return models.Stated(
        subject=subject,
        property=value(row, "property") or "",
        object=models.Value(
            value=term.value if isinstance(term, NamedNode | RdfLiteral) else "",
            lang=literal.language if literal else None,
            datatype=literal.datatype if literal and not literal.language else None,
        ),
        source=source_of(row),
    )
