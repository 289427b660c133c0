"""CSV tables of the main classes, each from a query of queries/tables/."""

from sg17kg.queries.library import QueryLibrary

_ENDING = "-table"


def table_names(catalogue: QueryLibrary) -> dict[str, str]:
    """Return the name of each table (editions), with the name of the query that makes it."""
    return {query.name.removesuffix(_ENDING): query.name for query in catalogue.group("tables")}
