"""Command line. Each command parses its arguments, calls one package, and prints.

Exit codes are those of docs/reference/cli.md. Errors are one line on standard error: what, where, and what to do.
"""

import sys

import click

from sg17kg import __version__
from sg17kg.cli import backup, check, datasets, ingest, query, replies, serve
from sg17kg.cli.extract import command as documents
from sg17kg.cli.output import FAILED, UNUSABLE, print_error
from sg17kg.errors import NotFound, Sg17kgError


class _Commands(click.Group):
    """Commands whose errors are one line. Exit code 1: what was requested does not exist; 2: it cannot be done."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except Sg17kgError as error:
            print_error(str(error))
            sys.exit(FAILED if isinstance(error, NotFound) else UNUSABLE)
        except BrokenPipeError:
            raise
        except OSError as error:
            print_error(f"{error.filename or 'output'}: {error.strerror or error}; write to another place")
            sys.exit(UNUSABLE)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="sg17kg")
def main() -> None:
    """Read ITU-T circulars into a knowledge graph, ask it, validate it, serve it."""


_COMMAND_MODULES = (documents, check, ingest, datasets, query, replies, backup, serve)
for command in (command for room in _COMMAND_MODULES for command in room.COMMANDS):
    main.add_command(command)
