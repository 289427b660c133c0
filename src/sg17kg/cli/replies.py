"""Commands for an administration: reply form, tally of replies, brief."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.cli.output import FAILED, from_store, open_store, print_error, write_atomically
from sg17kg.errors import BadIdentifier, BadParameter, NotFound

if TYPE_CHECKING:
    from sg17kg.replies.consultation import Ask
    from sg17kg.replies.replies_csv import RepliesFile
    from sg17kg.store.base import Row
    from sg17kg.store.source import DatasetSource

_LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")
_DAY = click.DateTime(formats=("%Y-%m-%d",))
_DOCX, _MD = ".docx", ".md"


def _asking(source: "DatasetSource") -> "Ask":
    """Return a function that runs queries of the catalogue on a store."""
    from sg17kg.queries.library import QueryLibrary

    store, catalogue = open_store(source), QueryLibrary.read(assets.folder("queries"))

    def ask(name: str, /, **arguments: str | None) -> "list[Row]":
        given = {key: value for key, value in arguments.items() if value is not None}
        return store.query(catalogue.get(name).bind(given)).rows()

    return ask


_REPLACE = click.option("--replace", is_flag=True, help="With --out: replace the file that is there.")


def _day(on: datetime | None) -> date:
    return (on or datetime.now(UTC)).date()


@click.command()
@click.argument("consultation")
@click.option("--lang", type=click.Choice(_LANGUAGES), default="en", show_default=True, help="Language of the form.")
@click.option("--answers", type=click.Path(path_type=Path), help="YAML file with your answers; without it the form stays empty.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Word file to write (.docx).")
@_REPLACE
@from_store
def reply(consultation: str, lang: str, answers: Path | None, out: Path, replace: bool, source: "DatasetSource") -> None:
    """Write the reply form of a consultation as a Word file, empty or with your answers.

    \b
    Examples:
      sg17kg reply circular/2025-2028/104 --lang fr -o reply.docx
      sg17kg reply 104 --answers answers.yaml -o reply.docx
    """
    from sg17kg.rendering.docx import docx
    from sg17kg.replies.answers import read_answers
    from sg17kg.replies.circular_names import circular_named
    from sg17kg.replies.consultation import consultation_of
    from sg17kg.replies.form import reply_form

    _check_out(out, (_DOCX,), replace)
    ask = _asking(source)
    found = consultation_of(ask, circular_named(ask, consultation))
    given = read_answers(answers, ask, found) if answers else None
    if found.deadline and found.closed_by(_day(None)):
        print_error(f"{found.circular} closed on {found.deadline:%Y-%m-%d}; a reply that is sent now comes too late")
    write_atomically(out, docx(reply_form(found, lang, given)))


@click.command()
@click.argument("replies", type=click.Path(path_type=Path))
@click.option("--consultation", help="Which consultation; without it, the line `# consultation: …` at the top of the file says it.")
@click.option("--on", type=_DAY, help="As of the end of this day (UTC); without it, today.")
@click.option("--json", "as_json_", is_flag=True, help="Print as JSON.")
@from_store
def tally(replies: Path, consultation: str | None, on: datetime | None, as_json_: bool, source: "DatasetSource") -> None:
    """Tally replies of Member States under the circular's own rule.

    \b
    REPLIES is CSV with the columns member_state, text, answer, received and, if you like, comments.
    Exit code 0; 1 where something stays open; 2 where the file cannot be used.

    \b
    Examples:
      sg17kg tally replies.csv
      sg17kg tally replies.csv --consultation circular/2025-2028/104 --on 2026-05-21 --json
    """
    from sg17kg.replies.circular_names import circular_named
    from sg17kg.replies.consultation import consultation_of
    from sg17kg.replies.replies_csv import read_replies, replies_to
    from sg17kg.replies.tally import tally as tallied
    from sg17kg.replies.tally_report import as_json, format_text

    file = read_replies(replies)
    ask = _asking(source)
    try:
        meant = {circular_named(ask, consultation)} if consultation else set()
        found = consultation_of(ask, _one(replies, meant | _named_in(file, ask)))
    except NotFound as error:  # exit code 1 means that something stays open
        raise BadParameter(f"{replies}: {error}") from error
    result = tallied(found, replies_to(found, file), _day(on))
    click.echo(
        json.dumps(as_json(result), indent=1, ensure_ascii=False) if as_json_ else format_text(result, today=on is None), nl=as_json_
    )
    sys.exit(0 if result.settled else FAILED)


def _named_in(file: "RepliesFile", ask: "Ask") -> set[str]:
    """Return the circular that the file names, if any. Raises BadParameter naming the line, NotFound."""
    from sg17kg.replies.circular_names import circular_named

    try:
        return {circular_named(ask, file.consultation)} if file.consultation else set()
    except (BadIdentifier, BadParameter) as error:
        raise BadParameter(f"{file.name}: line {file.named_on}: {error}") from error


def _one(replies: Path, circulars: set[str]) -> str:
    """Return the only circular that is named. Raises BadParameter if none is, or two are."""
    if not circulars:
        raise BadParameter(
            f"{replies}: no consultation is named; put `# consultation: circular/2025-2028/104` first, or use --consultation"
        )
    if len(circulars) > 1:
        raise BadParameter(f"{replies}: it names another consultation than --consultation does; leave out one of the two")
    return circulars.pop()


@click.command()
@click.argument("subject", metavar="QUESTION|CIRCULAR")
@click.option("--on", type=_DAY, help="As of this day; without it, today.")
@click.option("-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write, .docx or .md; without it, Markdown.")
@_REPLACE
@from_store
def brief(subject: str, on: datetime | None, out: Path | None, replace: bool, source: "DatasetSource") -> None:
    """Write a brief of two pages for a delegation: what is at stake, history, owners, deadlines, conflicts, with sources.

    \b
    Examples:
      sg17kg brief Q10/17
      sg17kg brief circular/2025-2028/104 --on 2026-05-01 -o brief.docx
    """
    from sg17kg.briefs.brief import brief_of
    from sg17kg.rendering.docx import docx
    from sg17kg.rendering.markdown import markdown

    if out:
        _check_out(out, (_DOCX, _MD), replace)
    document = brief_of(_asking(source), subject, _day(on))
    if out is None:
        sys.stdout.buffer.write(markdown(document))
        return
    write_atomically(out, docx(document) if out.suffix == _DOCX else markdown(document))


def _check_out(out: Path, endings: tuple[str, ...], replace: bool) -> None:
    """Raise BadParameter for a name with another ending, and for an existing file without --replace."""
    if out.suffix not in endings:
        raise BadParameter(f"{out}: write a name that ends in {' or '.join(endings)}")
    if out.exists() and not replace:  # it may hold what somebody filled in by hand
        raise BadParameter(f"{out}: is there already; name another file, or --replace puts the new one in its place")


COMMANDS = (reply, tally, brief)
