"""GET /api/v1/conflicts: contradictions between sources, with their passages."""

from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.api.parameters import Cursor, Limit, paginate, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.known import known_as_model
from sg17kg.web.passages import sources_of

router = APIRouter(prefix="/api/v1/conflicts", tags=["Conflicts"], dependencies=[Depends(reject_unknown_parameters)])
_FEW = 4
Settled = Annotated[Literal["yes", "no"] | None, Query(description="Only those that a curator has settled, or only the others")]


@router.get("")
def conflicts(
    request: Request, served: ContextDep, settled: Settled = None, limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Conflict]:
    """Conflicts by type. A settled one stays in the list with the decision and its reason; both statements stay in the graph."""
    return paginate(request, conflicts_of(served, served.rows("conflicts", settled=settled)), limit, cursor, known_as_model(served))


def conflicts_of(served: DatasetContext, rows: list[Row]) -> list[models.Conflict]:
    """Return the conflicts in the order of their rows, without duplicates, with passages and statements."""
    once = {value(row, "conflict_iri") or "": row for row in reversed(rows)}
    named = [None] if len(once) > _FEW else list(once)  # one query for each of a few conflicts, or one for all
    stated = _by_conflict(row for conflict in named for row in served.rows("conflict-statements", conflict=conflict)) if once else {}
    passages = _by_conflict(row for conflict in named for row in served.rows("conflict-passages", conflict=conflict)) if once else {}
    return [_conflict(row, stated.get(iri, []), passages.get(iri, [])) for iri, row in reversed(once.items())]


def conflicts_in(rows: list[Row], statements: list[Row], passages: list[Row]) -> list[models.Conflict]:
    """Return the conflicts of rows with the rows of their statements and passages (queries conflict-statements, conflict-passages)."""
    once = {value(row, "conflict_iri") or "": row for row in reversed(rows)}
    stated, cited = _by_conflict(statements), _by_conflict(passages)
    return [_conflict(row, stated.get(iri, []), cited.get(iri, [])) for iri, row in reversed(once.items())]


def _by_conflict(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(value(row, "conflict_iri") or "", []).append(row)
    return found


def _conflict(first: Row, statements: list[Row], passages: list[Row]) -> models.Conflict:
    decision = value(first, "decision")
    return models.Conflict(
        iri=value(first, "conflict_iri") or "",
        type=value(first, "type") or "",
        message=value(first, "message") or "",
        sources=sources_of(passages),
        statements=[_statement(row) for row in statements],
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
