"""GET /api/v1/conflicts: every discrepancy between sources, with its passages."""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from sg17kg.store.base import Row, value
from sg17kg.web import models
from sg17kg.web.parameters import Cursor, Limit, only_known, page
from sg17kg.web.passages import sources_of
from sg17kg.web.service import Service, service

router = APIRouter(prefix="/api/v1/conflicts", tags=["Conflicts"], dependencies=[Depends(only_known)])
Served = Annotated[Service, Depends(service)]


@router.get("")
def conflicts(request: Request, served: Served, limit: Limit = 50, cursor: Cursor = None) -> models.Page[models.Conflict]:
    """Conflicts by type. Both statements stay in the graph until a curated decision settles them."""
    return page(request, conflicts_of(served.rows("conflicts")), limit, cursor)


def conflicts_of(rows: list[Row]) -> list[models.Conflict]:
    """Conflicts out of rows with one passage each."""
    found = []
    for iri, group in groupby(rows, key=lambda row: value(row, "conflict_iri")):
        said = list(group)
        found.append(
            models.Conflict(
                iri=iri or "",
                type=value(said[0], "type") or "",
                message=value(said[0], "message") or "",
                sources=sources_of(said),
            )
        )
    return found
