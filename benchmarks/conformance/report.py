"""What a run found, as a Markdown document."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.conformance.comparison import Outcome
from benchmarks.conformance.explanations import EXPLANATIONS, NOT_RUN, Explanation

_LONGEST = 300
_INTRODUCTION = """# Conformance to SPARQL 1.1

Made by `python -m benchmarks.conformance PATH > docs/reference/conformance.md`. PATH is the suite's archive, or its folder sparql11.
Run with {versions}.

The tests are the W3C's ([w3c/rdf-tests](https://github.com/w3c/rdf-tests), `sparql/sparql11`). How they are run:

- Each one gets the service, over a store at rest that holds the test's graphs and no others.
- Queries are sent over HTTP as a form, with Accept naming the format of the expected result. Before each stands BASE with the
  address of its file, because the suite names graphs by the addresses of their files.
- The requests of the protocol's tests are sent as the suite writes them, to the path of our endpoint.
- Beside it, pyoxigraph answers the same queries without the service: what both get wrong is the engine's.

How results are compared:

- rdflib reads them, so that no library reads what it wrote itself. It does not normalise literals.
- Rows are a multiset; their order counts where the suite gives one (rs:index). Columns are known by their names.
- Blank nodes may have other names, if one renaming makes all rows the same; in CSV too.
- Terms are the same by lexical form, datatype and language. Where they are not, they are compared once more *by value*: numbers and
  booleans within one datatype, cells of CSV as numbers, language tags in large or small letters. This is needed because pyoxigraph
  stores values: it writes 2 for the decimal 2.0, and false for the boolean 0. The tests that pass only so are counted, and named below.
- A syntax test must be answered with status 200, or refused with 4xx.
- The protocol's tests name graphs at addresses of the web. The endpoint never fetches a graph: default-graph-uri and
  named-graph-uri choose from the graphs of the store. The graphs that the suite holds are in the store under these addresses. One that
  it does not hold (data0.rdf) is an empty graph; the tests that name it ask for nothing that would be in it.
- Of the service description the suite gives the names of the tests alone. Here they are: a GET without a query gives RDF (without Accept,
  and as Turtle and RDF/XML); sd:endpoint is the address that was asked; each term of the vocabulary is one that the vocabulary has,
  and stands between things of the classes that it says.
"""


@dataclass(frozen=True)
class Record:
    """What came of one test; `alone` is pyoxigraph's outcome, None where the test is one of HTTP."""

    key: str
    name: str
    served: Outcome
    alone: Outcome | None

    @property
    def folder(self) -> str:
        """The folder of the test."""
        return self.key.partition("#")[0]

    @property
    def title(self) -> str:
        """Key and name, for some names stand for two tests."""
        return f"`{self.key}`: {self.name}"

    @property
    def passes(self) -> bool:
        """Whether nothing is wrong, here or there."""
        return self.served.passes and (self.alone is None or self.alone.passes)


@dataclass(frozen=True)
class Run:
    """A run: versions of what was run, its records, the number of tests left out by folder; `base` is the address of the suite."""

    versions: str
    records: Sequence[Record]
    left_out: dict[str, int]
    base: str

    def unexplained(self) -> list[str]:
        """The keys of tests that fail, and the folders that were left out, without an explanation."""
        known = {key for explanation in EXPLANATIONS for key in explanation.tests}
        failing = [record.key for record in self.records if not record.passes and record.key not in known]
        return failing + [folder for folder in self.left_out if folder not in NOT_RUN]

    def stale(self) -> list[str]:
        """The keys of tests that are explained, but pass, or are not there."""
        failing = {record.key for record in self.records if not record.passes}
        return [key for explanation in EXPLANATIONS for key in explanation.tests if key not in failing]

    def markdown(self) -> str:
        """The whole document."""
        parts = (_INTRODUCTION.format(versions=self.versions), self._table(), self._deviations(), self._by_value(), self._left_out())
        return "\n".join(parts)

    def _table(self) -> str:
        folders = list(dict.fromkeys(record.folder for record in self.records))
        lines = [_counted(folder, [record for record in self.records if record.folder == folder]) for folder in folders]
        queries = [record for record in self.records if record.alone]
        head = "| folder | tests | pass over HTTP | of these by value | pass in pyoxigraph alone |\n|---|---|---|---|---|"
        sums = [_counted("**all queries**", queries), _counted("**all**", self.records)]
        return "\n".join(("## Results\n", head, *lines, *sums, ""))

    def _deviations(self) -> str:
        failing = {record.key: record for record in self.records if not record.passes}
        parts = [self._explained(explanation, failing) for explanation in EXPLANATIONS if failing.keys() & set(explanation.tests)]
        rest = [failing[key] for key in self.unexplained() if key in failing]
        if rest:
            parts.append("\n".join(("### Unexplained\n", *self._rows(rest))))
        if stale := self.stale():
            parts.append("\n".join(("### Explained, but passes\n", *(f"- {key}" for key in stale), "")))
        return "\n".join((f"## Deviations\n\n{_alike(failing.values())}\n", *(parts or ["None.\n"])))

    def _explained(self, explanation: Explanation, failing: dict[str, Record]) -> str:
        records = [failing[key] for key in explanation.tests if key in failing]
        return "\n".join((f"### {explanation.title}\n", f"{explanation.why}\n", *self._rows(records)))

    def _rows(self, records: Iterable[Record]) -> list[str]:
        head = "| test | expected | comes | pyoxigraph alone |\n|---|---|---|---|"
        return [head, *(self._row(record) for record in records), ""]

    def _row(self, record: Record) -> str:
        expected = record.served.expected or (record.alone.expected if record.alone else "")
        cells = (self._cell(expected), self._cell(record.served.given) or "passes", self._alone(record))
        return f"| {record.title} | {' | '.join(cells)} |"

    def _alone(self, record: Record) -> str:
        if record.alone is None:
            return "–"
        return "the same" if record.alone == record.served else self._cell(record.alone.given) or "passes"

    def _cell(self, text: str) -> str:
        """Text as code in a table, with short names for what is long."""
        for long, short in ((self.base, ""), ("http://www.w3.org/2001/XMLSchema#", "xsd:")):
            text = text.replace(long, short)
        return f"`{text[:_LONGEST].replace('|', chr(92) + '|')}`" if text else ""

    def _by_value(self) -> str:
        found = [f"- {record.title}" for record in self.records if record.served.by_value]
        return "\n".join(("## Equal by value only\n", *(found or ["None."]), ""))

    def _left_out(self) -> str:
        lines = [f"| {folder} | {tests} | {NOT_RUN.get(folder, '**unexplained**')} |" for folder, tests in self.left_out.items()]
        return "\n".join(("## Not run\n", "| folder | tests | why |\n|---|---|---|", *lines))


def _alike(failing: Iterable[Record]) -> str:
    """How many tests deviate, and how many of them only in one of the two."""
    counted = Counter(
        "both" if record.alone and not record.alone.passes and not record.served.passes else "HTTP" if not record.served.passes else "alone"
        for record in failing
    )
    return (
        f"Tests that deviate over HTTP and in pyoxigraph alone: {counted['both']}; over HTTP only: {counted['HTTP']}; "
        f"in pyoxigraph only: {counted['alone']}. Relative addresses are those of the suite's files."
    )


def _counted(name: str, records: Sequence[Record]) -> str:
    """One line of the table of results."""
    served, by_value = sum(record.served.passes for record in records), sum(record.served.by_value for record in records)
    alone = [record.alone.passes for record in records if record.alone]
    return f"| {name} | {len(records)} | {served} | {by_value} | {sum(alone) if len(alone) == len(records) else '–'} |"
