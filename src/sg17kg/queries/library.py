"""Library of all query files, which are checked when they are read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sg17kg.errors import AssetError, NotFound
from sg17kg.queries import binding, header
from sg17kg.queries.header import Header

PUBLIC = ("questions", "lists")


@dataclass(frozen=True)
class Query:
    """One query file. `group` is its folder below queries/, which may have subfolders."""

    name: str
    group: str
    header: Header
    text: str

    def bind(self, arguments: Mapping[str, binding.Argument]) -> str:
        """Return the SPARQL text with these arguments in place of the sample values. Raises BadParameter."""
        return binding.bind(self.text, self.header, arguments)


class QueryLibrary:
    """The queries of a folder by name. Names are unique across all groups."""

    def __init__(self, queries: Mapping[str, Query]) -> None:
        self._queries = dict(queries)

    @classmethod
    def read(cls, folder: Path) -> "QueryLibrary":
        """Read every *.rq file below a folder, ordered by group and name. Raises AssetError for the first one that is broken."""
        queries: dict[str, Query] = {}
        for path in sorted(folder.glob("*/**/*.rq"), key=lambda path: (path.relative_to(folder).parts[0], path.name)):
            text = path.read_text("utf-8")
            shown = f"queries/{path.relative_to(folder).as_posix()}"
            group = path.relative_to(folder).parts[0]
            parsed = header.parse(shown, text)
            binding.check(shown, text, parsed)
            if path.stem in queries:
                raise AssetError(f"{shown}: {queries[path.stem].group}/ has a query of that name already; rename one")
            queries[path.stem] = Query(path.stem, group, parsed, text)
        return cls(queries)

    def get(self, name: str) -> Query:
        """Return a query by name. Raises NotFound."""
        try:
            return self._queries[name]
        except KeyError:
            raise NotFound(f"no query {name!r}; `sg17kg queries` and /api/v1/queries list them") from None

    def public(self) -> Iterator[Query]:
        """Return the queries that users can run by name, ordered by group and name."""
        return (query for query in self._queries.values() if query.group in PUBLIC)

    def group(self, name: str) -> Iterator[Query]:
        """Return the queries of one group, ordered by name."""
        return (query for query in self._queries.values() if query.group == name)
