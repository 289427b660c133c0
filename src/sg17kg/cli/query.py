"""Commands that query the dataset: named queries, SPARQL, dumps."""

import contextlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from sg17kg import assets, formats
from sg17kg.cli.output import from_store, open_store, print_error
from sg17kg.errors import BadParameter, NotFound, QueryRefused, StoreError

if TYPE_CHECKING:
    from sg17kg.queries.library import QueryLibrary
    from sg17kg.store.base import QueryResult, Store
    from sg17kg.store.source import DatasetSource

_TABLES = "csv"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def queries(as_json: bool) -> None:
    """List the queries of the catalogue.

    \b
    Example:
      sg17kg queries
    """
    from sg17kg.queries.library import QueryLibrary

    found = list(QueryLibrary.read(assets.folder("queries")).public())
    if as_json:
        click.echo(
            json.dumps(
                [{"name": query.name, **query.header.model_dump(exclude_none=True)} for query in found], indent=1, ensure_ascii=False
            )
        )
        return
    for query in found:
        takes = " ".join(name if entry.required else f"[{name}]" for name, entry in query.header.parameters.items())
        click.echo(f"{query.name} {takes}\n    {query.header.summary}")


@click.command()
@click.argument("name")
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv", "sparql-json"]), default="table")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--show", is_flag=True, help="Print the SPARQL instead of running it.")
@from_store
def query(name: str, arguments: Sequence[str], format_: str, as_json: bool, show: bool, source: "DatasetSource") -> None:
    """Run a query of the catalogue.

    \b
    Examples:
      sg17kg query question-owning number=X.1280
      sg17kg query open-consultations on=2026-05-01 --format csv
    """
    from sg17kg.queries.library import QueryLibrary

    pairs = [argument.partition("=") for argument in arguments]
    if twice := next((key for key, *_ in pairs if [other for other, *_ in pairs].count(key) > 1), None):
        raise BadParameter(f"parameter {twice!r} is given more than once; give it once")
    if wrong := next((key for key, equals, _ in pairs if not equals), None):
        raise BadParameter(f"{wrong!r} is no parameter; write it as key=value")
    catalogue = QueryLibrary.read(assets.folder("queries"))
    given = {key: value for key, _, value in pairs}
    text = catalogue.get(name).bind(given)
    if show:
        click.echo(text)
        return
    store = open_store(source)
    _check_known(store, catalogue, name, given)
    _print(store.query(text), "json" if as_json else format_)


def _print(answer: "QueryResult", format_: str | None) -> None:
    from sg17kg.cli.tables import format_result

    content = format_result(answer, format_, sys.stdout.isatty())
    sys.stdout.buffer.write(content.body)
    sys.stdout.buffer.flush()
    if content.empty:
        print_error("no rows: no source that the graph holds answers this; ask for another day, or check the spelling")


def _check_known(store: "Store", catalogue: "QueryLibrary", name: str, given: Mapping[str, str]) -> None:
    """Raise NotFound for a number, Question or name that is not in the graph, because an empty result would say less."""
    known = {"number": "text-known", "question": "question-versions", "name": "work-item-known"}
    for key, value in given.items():
        kind = catalogue.get(name).header.parameters[key].type
        if kind in known and not store.query(catalogue.get(known[kind]).bind({kind: value})).rows():
            raise NotFound(f"{value!r} is not in the graph; `sg17kg query` with recommendations, questions or work-items lists what is")


@click.command()
@click.argument("query_text", metavar="QUERY|@FILE")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json", "csv", "sparql-json", "ttl", "nt", "jsonld", "rdfxml"]), default=None
)
@from_store
def sparql(query_text: str, format_: str | None, source: "DatasetSource") -> None:
    """Run a SPARQL query that reads.

    \b
    Examples:
      sg17kg sparql 'ASK { ?s ?p "X.1280" }'
      sg17kg sparql @query.rq --format csv
    """
    from sg17kg.store import guard

    if query_text.startswith("@"):
        path = Path(query_text[1:])
        try:
            query_text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise QueryRefused(f"{path}: cannot be read ({error}); name a text file with a query") from error
    guard.reject_unsafe(query_text)
    _print(open_store(source).query(query_text), format_)


@click.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice([*(entry.name for entry in formats.RDF), _TABLES]),
    help="Without it: by the name of --out, else nq. csv gives tables of the main classes.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write; .gz compresses. For tables without --table, a folder.")
@click.option("--graph", help="IRI of one named graph.")
@click.option("--table", help="One table (editions); by default, all of them.")
@from_store
def dump(format_: str | None, out: Path | None, graph: str | None, table: str | None, source: "DatasetSource") -> None:
    """Write the dataset, one graph of it, or CSV tables of its main classes. Everything comes in canonical order.

    \b
    Examples:
      sg17kg dump --format trig --out sg17kg.trig.gz
      sg17kg dump --format ttl --graph https://w3id.org/sg17kg/graph/circular/2025-2028/104
      sg17kg dump --format csv --out tables
      sg17kg dump --table editions --out editions.csv.gz
    """
    format_ = format_ or (_TABLES if table else _format_of(out))
    if format_ == _TABLES:
        if graph:
            raise BadParameter("tables are made from all graphs; leave out --graph")
        _dump_tables(open_store(source), table, out)
        return
    if table:
        raise BadParameter(f"a table is written as {_TABLES}, not as {format_}; leave out --format")
    store = open_store(source)
    _write(out, lambda output: store.dump(output, format_, graph))


def _dump_tables(store: "Store", only: str | None, out: Path | None) -> None:
    """Write one table to a file or standard output, or all into a folder."""
    from sg17kg.queries.library import QueryLibrary
    from sg17kg.queries.tables import table_names

    catalogue = QueryLibrary.read(assets.folder("queries"))
    names = table_names(catalogue)
    if only is not None and only not in names:
        raise NotFound(f"no table {only!r}; there are: {', '.join(names)}")
    if only is None and out is None:
        raise BadParameter("several tables cannot go to standard output; name a folder with --out, or one table with --table")

    def writing(name: str) -> Callable[[BinaryIO], None]:
        return lambda output: store.query(catalogue.get(names[name]).bind({})).write(output, "csv")

    if only is not None:
        _write(out, writing(only))
        return
    assert out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{out}: no folder can be made there ({error.strerror or error}); name another") from error
    for name in names:
        _write(out / f"{name}.csv", writing(name))


def _write(out: Path | None, write: Callable[[BinaryIO], None]) -> None:
    """Write to a file, completely or not at all, compressed if its name ends in .gz; without a file, to standard output."""
    if out is None:
        write(sys.stdout.buffer)
        return
    import gzip

    beside = out.with_name(f".{out.name}.writing")
    try:
        with beside.open("wb") as file:
            if out.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
                    write(_as_binary(packed))
            else:
                write(file)
        beside.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


@click.command()
@from_store
def fingerprint(source: "DatasetSource") -> None:
    """Print the SHA-256 of the dataset's canonical form (RDFC-1.0): two datasets that say the same have the same.

    \b
    Example:
      sg17kg fingerprint --store mine
    """
    click.echo(open_store(source).fingerprint())


def _format_of(out: Path | None) -> str:
    """Return the format that the name of a file implies, ignoring .gz."""
    extension = out.name.removesuffix(".gz").rpartition(".")[2] if out else ""
    if extension == _TABLES:
        raise BadParameter(f"{out}: which table? name it with --table")
    return next((entry.name for entry in formats.RDF if extension in (entry.extension, entry.name)), "nq")


def _as_binary(packed: object) -> BinaryIO:
    return packed  # type: ignore[return-value]


COMMANDS = (queries, query, sparql, dump, fingerprint)
