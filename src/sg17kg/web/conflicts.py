"""GET /api/v1/conflicts: every discrepancy between sources, with its passages."""

from itertools import groupby
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.parameters import Cursor, Limit, only_known, page
from sg17kg.web.passages import sources_of
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/api/v1/conflicts", tags=["Conflicts"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]
Settled = Annotated[Literal["yes", "no"] | None, Query(description="Only those that a curator has settled, or only the others")]


@router.get("")
def conflicts(
    request: Request, served: Served, settled: Settled = None, limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Conflict]:
    """Conflicts by type. A settled one stays in the list with the decision and its reason; both statements stay in the graph."""
    return page(request, conflicts_of(served, served.rows("conflicts", settled=settled)), limit, cursor)


def conflicts_of(served: Service, rows: list[Row]) -> list[models.Conflict]:
    """Conflicts out of rows with one passage each."""
    if not rows:
        return []
    stated: dict[str | None, list[models.Statement]] = {}
    for row in served.rows("conflict-statements"):
        stated.setdefault(value(row, "conflict_iri"), []).append(_statement(row))
    return [_conflict(list(group), stated.get(iri, [])) for iri, group in groupby(rows, key=lambda row: value(row, "conflict_iri"))]


def _conflict(rows: list[Row], statements: list[models.Statement]) -> models.Conflict:
    first = rows[0]
    decision = value(first, "decision")
    return models.Conflict(
        iri=value(first, "conflict_iri") or "",
        type=value(first, "type") or "",
        message=value(first, "message") or "",
        sources=sources_of(row for row in rows if row.get("document_iri")),
        statements=statements,
        settled=models.Decision(decision=decision, reason=value(first, "reason") or "", decided=value(first, "decided") or "")
        if decision
        else None,
    )


def _statement(row: Row) -> models.Statement:
    return models.Statement(
        statement=value(row, "statement") or "",
        iri=value(row, "statement_iri") or "",
        source=value(row, "source"),
        record=value(row, "record"),
    )
