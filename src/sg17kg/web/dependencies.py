"""Dependencies of routes: store, query library, dumps, search index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from sg17kg.known_until import CurrentSources
from sg17kg.namespaces import BASE
from sg17kg.queries.binding import Argument
from sg17kg.queries.library import QueryLibrary
from sg17kg.rendering.linked_data import Context
from sg17kg.search.build import CurrentIndex
from sg17kg.search.records import WORK_ITEM, QueriedRecord, Record, RecordKind
from sg17kg.store.base import QueryResult, Row, Store, value
from sg17kg.store.source import DatasetSource
from sg17kg.store.threads import QueryThreads
from sg17kg.web.dump_files import DumpFiles


@dataclass(frozen=True)
class DatasetContext:
    """Store and catalogue of one running service; `dataset` is its N-Quads file, the folder of a store at rest, or an endpoint.

    `queries` runs untrusted SPARQL; `index` finds what people type; `sources` tells what was read; `context` is that of JSON-LD;
    `made` is when the dataset was written (UTC).
    """

    store: Store
    catalogue: QueryLibrary
    dataset: DatasetSource
    dumps: DumpFiles
    queries: QueryThreads
    index: CurrentIndex
    sources: CurrentSources
    context_text: bytes
    context: Context
    made: datetime

    def ask(self, name: str, arguments: Mapping[str, Argument | None]) -> QueryResult:
        """Return the answer to a query of the catalogue; arguments that are None are left out."""
        given = {key: value for key, value in arguments.items() if value is not None}
        return self.store.query(self.catalogue.get(name).bind(given))

    def rows(self, name: str, /, **arguments: Argument | None) -> list[Row]:
        """Return the rows of a query of the catalogue."""
        return self.ask(name, arguments).rows()

    def record(self, kind: RecordKind, iri: str, number: str = "") -> Record:
        """Return the rows of all queries about a thing: from the index, or by the queries if it is not there."""
        index = self.index.with_records()
        stored = index.record(iri) if index else None
        return stored or QueriedRecord(lambda name, arguments: self.rows(name, **arguments), kind, iri, number)

    def work_item_rows(self, query: str) -> dict[str, list[Row]]:
        """Return the rows of one query in the records of all work items, by IRI."""
        if index := self.index.with_records():
            return index.recorded(BASE + "work-item/", query)
        found: dict[str, list[Row]] = {value(row, "iri") or "": [] for row in self.rows(WORK_ITEM.listing)}
        parameter = next(entry.parameter for entry in WORK_ITEM.queries if entry.name == query)
        for row in self.rows(query, **{parameter: list(found)}) if found else ():
            found[value(row, "iri") or ""].append(row)
        return found


def dataset_context(request: Request) -> DatasetContext:
    """Return the service of the application that a request reached."""
    found = request.app.state.service
    assert isinstance(found, DatasetContext)
    return found


async def context_of(request: Request) -> DatasetContext:
    """See dataset_context: as a dependency of routes, which as a function would wait for a thread."""
    return dataset_context(request)


ContextDep = Annotated[DatasetContext, Depends(context_of)]
