"""One run of `sg17kg extract`: in this process for a few files, in several processes for folders and many files."""

import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from pathlib import Path

import click

from sg17kg.cli.extract import process_pool
from sg17kg.cli.extract.work import Answer, Extracted, Extraction, Journal, Known, PassedOver, Refused, files
from sg17kg.cli.output import UNUSABLE, print_error, write_atomically
from sg17kg.errors import BuildError

_MANY = 64
_INTERRUPTED = 130


class Run:
    """The options of a run, and its results so far."""

    def __init__(self, paths: Sequence[Path], without_running_text: bool, out: Path | None, replace: bool, workers: int | None) -> None:
        self._paths, self._out, self._replace = paths, out, replace
        self._folders = any(path.is_dir() for path in paths)
        self._parallel = workers is not None or self._folders or len(paths) >= _MANY
        self._workers = workers or process_pool.cores()
        # a folder with facts of files named one by one is maintained by the person who names them (data/documents)
        self._journal = Journal(out, without_running_text) if out and self._folders else None
        alone = len(paths) == 1 and not self._folders
        known = self._journal.known() if self._journal and not replace else frozenset()
        self._extraction = Extraction(without_running_text, 1 if out or alone else None, known)
        self._passed_over = PassedOver()
        self._worst = self._read = self._failed = self._known = self._findings = self._errors = 0

    def exit_code(self) -> int:
        """Read everything, report the result, and return the exit code."""
        try:
            self._each()
        except KeyboardInterrupt:
            remedy = "; the same command goes on from here" if self._journal else ""
            print_error(f"interrupted: {self._summary()}{remedy}")
            return _INTERRUPTED
        if self._passed_over.endings:
            print_error(str(self._passed_over))
        if self._folders and self._read + self._known + self._failed != 1:
            print_error(self._summary())
        return self._worst

    def _each(self) -> None:
        shown = sys.stderr.isatty() and (self._folders or len(self._paths) >= 10)
        length = sum(1 for _ in files(self._paths, PassedOver(), _quietly)) if shown else None
        with closing(self._answers()) as found, click.progressbar(found, length=length, file=sys.stderr, hidden=not shown) as answers:
            for path, answer in answers:
                self._take(path, answer)

    def _answers(self) -> Generator[tuple[Path, Answer | process_pool.FailedProcess], None, None]:
        paths = files(self._paths, self._passed_over, self._fail)
        if self._parallel:
            self._extraction()  # an invalid language pack is reported once, not for each file
            yield from process_pool.in_order(paths, self._extraction, self._workers)
        else:
            work = self._extraction()
            yield from ((path, work(path)) for path in paths)

    def _take(self, path: Path, answer: Answer | process_pool.FailedProcess) -> None:
        if isinstance(answer, process_pool.FailedProcess):
            self._fail(f"{path}: {answer.reason}; the other files are read all the same")
        elif isinstance(answer, Refused):
            self._fail(_with_folder(answer.message, path), answer.code)
        elif isinstance(answer, Known):
            self._known += 1
        elif self._out is None:
            sys.stdout.buffer.write(answer.content)
            self._count(answer)
        else:
            self._keep(self._out / answer.file_name, answer)

    def _keep(self, path: Path, made: Extracted) -> None:
        """Write the facts of a document. Facts of the same circular from another file are kept, unless --replace is given."""
        if path.exists() and not self._replace and (reason := _other(path, made)):
            self._fail(reason)
            return
        write_atomically(path, made.content)
        if self._journal:
            self._journal.add(made)
        else:
            found = f"findings: {made.findings}, errors among them: {made.errors}"
            click.echo(f"{path}: {found}; lines unread: {made.unread}", err=True)
        self._count(made)

    def _count(self, made: Extracted) -> None:
        self._read += 1
        self._findings += made.findings
        self._errors += made.errors

    def _fail(self, message: str, code: int = UNUSABLE) -> None:
        print_error(message)
        self._failed += 1
        self._worst = max(self._worst, code)

    def _summary(self) -> str:
        known = f"; known already: {self._known}" if self._known else ""
        found = f"findings: {self._findings}, errors among them: {self._errors}"
        return f"documents read: {self._read}{known}; files failed: {self._failed}; {found}"


def _with_folder(message: str, path: Path) -> str:
    """Return a message with the path of the file instead of its name alone, because folders may hold the same name twice."""
    return f"{path}{message.removeprefix(path.name)}" if message.startswith(f"{path.name}:") else message


def _other(path: Path, made: Extracted) -> str | None:
    """Return the reason why existing facts must not be replaced; None if they may be."""
    from sg17kg import facts_json

    try:
        if facts_json.read(path).document.sha256 == made.sha256:
            return None
    except BuildError as error:
        return f"{error}; --replace puts {made.name} in its place"
    return f"{path}: holds this circular from another file; --replace puts {made.name} in its place"


def _quietly(_: str) -> None:
    """Ignore a message while files are counted; it is printed when they are read."""
