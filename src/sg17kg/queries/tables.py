"""CSV tables of the main classes, each from a query of queries/tables/."""

from sg17kg.queries.library import QueryLibrary

_ENDING = "-table"


def table_names(catalogue: QueryLibrary) -> dict[str, str]:
    """Names of the tables (editions) and of the catalogue queries that make them."""
    return {query.name.removesuffix(_ENDING): query.name for query in catalogue.group("tables")}
