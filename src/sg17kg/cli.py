"""The command line. Thin: each command reads its arguments, calls one room of the house, and prints.

Exit codes are those of INTERFACES §2. Errors are one line on standard error: what, where, and the mend.
"""

import contextlib
import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from sg17kg import __version__, assets, formats
from sg17kg.errors import BadParameter, BuildError, NotACircular, NotFound, QueryRefused, Sg17kgError, StoreError, UnreadableFile

if TYPE_CHECKING:
    from sg17kg.catalogue.catalogue import Catalogue
    from sg17kg.records import Facts
    from sg17kg.store.base import Answer
    from sg17kg.store.embedded import EmbeddedStore

FAILED, UNUSABLE = 1, 2


class _Commands(click.Group):
    """Commands whose errors are one line. Exit code 1: what was asked for is not there; 2: it cannot be done."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except Sg17kgError as error:
            _complain(str(error))
            sys.exit(FAILED if isinstance(error, NotFound) else UNUSABLE)
        except BrokenPipeError:
            raise
        except OSError as error:
            _complain(f"{error.filename or 'output'}: {error.strerror or error}; write to another place")
            sys.exit(UNUSABLE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="sg17kg")
def main() -> None:
    """Read ITU-T circulars into a knowledge graph, ask it, validate it, serve it."""


def _complain(text: str) -> None:
    click.echo(f"sg17kg: {' '.join(text.split())}", err=True)


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--without-running-text", is_flag=True, help="Leave out abstracts, study items and tasks.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write one JSON file a document into this folder.")
@click.option("--replace", is_flag=True, help="With --out: replace the facts of the same circular read from another file.")
def extract(files: Sequence[Path], without_running_text: bool, out: Path | None, replace: bool) -> None:
    """Print the facts of circulars as JSON: one object for one file, JSON Lines for several.

    \b
    Exit code 0; 1 where a file is no (whole) circular; 2 where a file cannot be read.

    \b
    Examples:
      sg17kg extract circular.txt
      sg17kg extract *.txt > facts.jsonl
    """
    from sg17kg import facts_json, records
    from sg17kg.sources import readers
    from sg17kg.sources.circular import Extractor

    extractor = Extractor.load(assets.language_packs(), assets.folder("data") / "curated")
    worst = 0
    with click.progressbar(files, file=sys.stderr, hidden=len(files) < 10 or not sys.stderr.isatty()) as paths:
        for path in paths:
            try:
                facts = extractor.extract(readers.read(path))
            except (NotACircular, UnreadableFile) as error:
                _complain(str(error))
                worst = max(worst, FAILED if isinstance(error, NotACircular) else UNUSABLE)
                continue
            if without_running_text:
                facts = records.without_running_text(facts)
            content = facts_json.to_bytes(facts, None if len(files) > 1 and not out else 1)
            if out:
                _write_facts(out / facts_json.file_name(facts), facts, content, replace)
            else:
                sys.stdout.buffer.write(content)
    sys.exit(worst)


def _write_facts(path: Path, facts: "Facts", content: bytes, replace: bool) -> None:
    """Write the facts of a circular and say what was found; those of another file under its name stay unless told."""
    from sg17kg import facts_json

    if path.exists() and not replace and facts_json.read(path).document.sha256 != facts.document.sha256:
        raise BuildError(f"{path}: holds this circular from another file; --replace puts {facts.document.name} in its place")
    _write(path, content)
    errors = sum(finding.severity == "error" for finding in facts.findings)
    click.echo(f"{path}: {len(facts.findings)} findings, {errors} of them errors; {len(facts.unread)} lines unread", err=True)


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    beside = path.with_name(f".{path.name}.writing")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink()
        raise BuildError(f"{path}: cannot be written ({error.strerror or error})") from error


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--named", is_flag=True, help="Only texts that the circulars in data/documents name.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; without it, standard output.")
def editions(paths: Sequence[Path], named: bool, out: Path | None) -> None:
    """Read editions of ITU-T texts out of Relaton YAML: files, folders, .tar.gz archives.

    \b
    Exit code 0; 1 where a record could not be read (each is named); 2 where a path cannot be.

    \b
    Example:
      sg17kg editions relaton-itu-t-all.tar.gz --named --out editions.json
    """
    from sg17kg import facts_json, records
    from sg17kg.sources import relaton

    found: list[records.EditionFacts] = []
    unread = 0
    for path in paths:
        length = relaton.count(path) if sys.stderr.isatty() else None
        with click.progressbar(relaton.read(path), length=length, label=path.name, file=sys.stderr, hidden=length is None) as rows:
            for row in rows:
                if isinstance(row, relaton.Unread):
                    _complain(f"{path}: {row.name}: {row.reason}")
                    unread += 1
                else:
                    found.append(row)
    if named:
        documents = [facts_json.read(path) for path in sorted((assets.folder("data") / "documents").glob("*.json"))]
        wanted = set().union(*(records.texts_named(facts) for facts in documents))
        found = [row for row in found if wanted & {row.number, *row.also}]
    content = facts_json.editions_to_bytes(found)
    if out:
        _write(out, content)
    else:
        sys.stdout.buffer.write(content)
    sys.exit(FAILED if unread else 0)


@main.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for dataset.nq and manifest.json.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest.")
def build(out: Path | None, as_json: bool) -> None:
    """Build the dataset from data/ and ontology/. Twice gives the same bytes.

    \b
    Example:
      sg17kg build --out dataset
    """
    from sg17kg.catalogue.catalogue import Catalogue
    from sg17kg.graph.build import Inputs
    from sg17kg.graph.build import build as build_dataset
    from sg17kg.sources.reference import load_periods
    from sg17kg.store.embedded import EmbeddedStore

    data = assets.folder("data")
    rules = tuple(Catalogue.read(assets.folder("queries")).group("rules"))
    inputs = Inputs(data, assets.folder("ontology"), load_periods(data / "curated"), rules, EmbeddedStore.from_nquads)
    target = out or assets.dataset()
    manifest = build_dataset(inputs, target)
    if as_json:
        click.echo(json.dumps(manifest, indent=1))
    else:
        click.echo(f"{target / 'dataset.nq'}: {manifest['quads']} statements from {len(_list(manifest['documents']))} documents")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--severity", type=click.Choice(["violation", "warning", "info"]), default="info", help="Show results of this severity and graver."
)
@click.option("--json", "as_json", is_flag=True, help="Print results as JSON.")
@click.option("--format", "format_", type=click.Choice(["text", "ttl"]), default="text", help="ttl: the W3C's validation report.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="Language of messages.")
def validate(paths: Sequence[Path], severity: str, as_json: bool, format_: str, lang: str) -> None:
    """Check a dataset, or RDF files, against the shapes and checks.

    \b
    Exit code 0: no violation; 1: violations; 2: it could not be run.

    \b
    Examples:
      sg17kg validate
      sg17kg validate my.nq --severity violation --json
    """
    from sg17kg.catalogue.catalogue import Catalogue
    from sg17kg.graph import validation

    store = _open_files(paths) if paths else _open()
    checks = Catalogue.read(assets.folder("queries")).group("checks")
    found = validation.validate(store, assets.folder("shapes"), assets.folder("ontology") / "sg17.ttl", checks)
    shown = validation.at_least(found, severity)  # type: ignore[arg-type]
    violations = len(validation.at_least(found, "violation"))
    if format_ == "ttl":
        sys.stdout.buffer.write(validation.report(shown))
    elif as_json:
        rows = [{**vars(result), "messages": dict(result.messages)} for result in shown]
        click.echo(json.dumps({"conforms": not violations, "results": rows}, indent=1, ensure_ascii=False))
    else:
        for result in shown:
            value = f" {result.value}" if result.value != result.focus else ""
            click.echo(f"{result.severity}: {result.focus}: {result.message(lang)} [{result.rule.rpartition('/')[2]}]{value}")
        hidden = f" ({len(found) - len(shown)} below --severity {severity} not shown)" if len(shown) < len(found) else ""
        click.echo(f"{violations} violations, {len(found) - violations} other results{hidden}" if found else "conforms, nothing found")
    sys.exit(FAILED if violations else 0)


def _open() -> "EmbeddedStore":
    """The dataset of the package or the checkout, in memory."""
    from sg17kg.store.embedded import EmbeddedStore

    return EmbeddedStore.from_file(assets.dataset() / "dataset.nq")


def _open_files(paths: Sequence[Path]) -> "EmbeddedStore":
    from sg17kg.store.embedded import EmbeddedStore

    return EmbeddedStore.from_rdf_files(paths, assets.dataset() / "dataset.nq")


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def queries(as_json: bool) -> None:
    """List the queries of the catalogue.

    \b
    Example:
      sg17kg queries
    """
    from sg17kg.catalogue.catalogue import Catalogue

    found = list(Catalogue.read(assets.folder("queries")).public())
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


@main.command()
@click.argument("name")
@click.argument("arguments", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--format", "format_", type=click.Choice(["table", "json", "csv", "sparql-json"]), default="table")
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--show", is_flag=True, help="Print the SPARQL instead of running it.")
def query(name: str, arguments: Sequence[str], format_: str, as_json: bool, show: bool) -> None:
    """Run a query of the catalogue.

    \b
    Examples:
      sg17kg query question-owning number=X.1280
      sg17kg query open-consultations on=2026-05-01 --format csv
    """
    from sg17kg.catalogue.catalogue import Catalogue

    pairs = [argument.partition("=") for argument in arguments]
    if twice := next((key for key, *_ in pairs if [other for other, *_ in pairs].count(key) > 1), None):
        raise BadParameter(f"parameter {twice!r} is given more than once; give it once")
    if wrong := next((key for key, equals, _ in pairs if not equals), None):
        raise BadParameter(f"{wrong!r} is no parameter; write it as key=value")
    catalogue = Catalogue.read(assets.folder("queries"))
    given = {key: value for key, _, value in pairs}
    text = catalogue.get(name).bind(given)
    if show:
        click.echo(text)
        return
    store = _open()
    _check_known(store, catalogue, name, given)
    _print(store.query(text), "json" if as_json else format_)


def _print(answer: "Answer", format_: str | None) -> None:
    from sg17kg.terminal import written

    content = written(answer, format_, sys.stdout.isatty())
    sys.stdout.buffer.write(content.body)
    sys.stdout.buffer.flush()
    if content.empty:
        _complain("no rows: the graph has no answer to this; check the spelling of what you asked for")


def _check_known(store: "EmbeddedStore", catalogue: "Catalogue", name: str, given: Mapping[str, str]) -> None:
    """Raise NotFound for a number, Question or name that the graph does not have: no rows would say less."""
    known = {"number": "text-known", "question": "question-versions", "name": "work-item-known"}
    for key, value in given.items():
        kind = catalogue.get(name).header.parameters[key].type
        if kind in known and not store.query(catalogue.get(known[kind]).bind({kind: value})).rows():
            raise NotFound(f"{value!r} is not in the graph; `sg17kg query` with recommendations, questions or work-items lists what is")


@main.command()
@click.argument("query_text", metavar="QUERY|@FILE")
@click.option(
    "--format", "format_", type=click.Choice(["table", "json", "csv", "sparql-json", "ttl", "nt", "jsonld", "rdfxml"]), default=None
)
def sparql(query_text: str, format_: str | None) -> None:
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
    guard.check(query_text)
    _print(_open().query(query_text), format_)


@main.command()
@click.option(
    "--format", "format_", type=click.Choice([entry.name for entry in formats.RDF]), help="Without it: by the name of --out, else nq."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; .gz compresses. Without it, standard output.")
@click.option("--graph", help="IRI of one named graph.")
def dump(format_: str | None, out: Path | None, graph: str | None) -> None:
    """Write the dataset, or one graph of it.

    \b
    Examples:
      sg17kg dump --format trig --out sg17kg.trig.gz
      sg17kg dump --format ttl --graph https://w3id.org/sg17kg/graph/circular/2025-2028/104
    """
    format_ = format_ or _format_of(out)
    store = _open()
    if out is None:
        store.dump(sys.stdout.buffer, format_, graph)
        return
    import gzip

    beside = out.with_name(f".{out.name}.writing")
    try:
        with beside.open("wb") as file:
            if out.suffix == ".gz":
                with gzip.GzipFile(fileobj=file, mode="wb", mtime=0, filename="") as packed:
                    store.dump(_as_binary(packed), format_, graph)
            else:
                store.dump(file, format_, graph)
        beside.replace(out)
    except OSError as error:
        raise StoreError(f"{out}: cannot be written ({error.strerror or error})") from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink()


def _format_of(out: Path | None) -> str:
    """The format that a file's name asks for, .gz left aside."""
    extension = out.name.removesuffix(".gz").rpartition(".")[2] if out else ""
    return next((entry.name for entry in formats.RDF if extension in (entry.extension, entry.name)), "nq")


def _as_binary(packed: object) -> BinaryIO:
    return packed  # type: ignore[return-value]


@main.command()
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), show_default="127.0.0.1")
@click.option("--port", type=click.IntRange(1, 65535), default=8017, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the dataset over HTTP: REST, SPARQL, pages, dumps.

    \b
    Example:
      sg17kg serve --port 8017
    """
    import uvicorn

    from sg17kg.catalogue.catalogue import Catalogue
    from sg17kg.web.app import create_app

    _check_free(host, port)
    app = create_app(_open(), Catalogue.read(assets.folder("queries")), assets.dataset())
    address = f"http://{host}:{port}"
    click.echo(
        f"sg17kg serves on {address}\nTry:\n"
        f"  {address}/rec/X.1280\n"
        f"  {address}/api/v1/recommendations/X.1280/owner\n"
        f"  {address}/api/v1/queries/open-consultations?on=2026-05-01"
    )
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise BadParameter(
            f"{host}:{port}: cannot be served on ({error.strerror or error}); choose another with --host or --port"
        ) from error


if __name__ == "__main__":
    main()
