"""Models of POST /api/v1/check."""

from typing import Literal

from sg17kg.web.models.common import Closed


class OtherSide(Closed):
    """Who says otherwise: the document or record, the IRI of it or of the statement, the lines (null: it has none), what it says."""

    document: str
    iri: str
    lines: tuple[int, int] | None
    statement: str


class CheckedFinding(Closed):
    """One thing that does not agree: where it stands, how grave it is, the rule and its source, what to do, the other side.

    `place` is page or paragraph, or the line; `found_by` says whether the document alone shows it, or the graph.
    """

    lines: list[int]
    place: str | None
    severity: Literal["error", "warning", "info"]
    code: str
    message: str
    found_by: Literal["extraction", "conflict", "shape", "check"]
    rule: str
    remedy: str
    source: str
    url: str | None
    others: list[OtherSide]


class CheckReport(Closed):
    """A file that was checked; `against` is the dataset that it was held against (SHA-256 of its N-Quads), null where it was not."""

    file: str
    kind: str
    language: str
    format: str
    against: str | None
    findings: list[CheckedFinding]
