"""Consultations and replies made up for tests, where the five circulars have no such case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sg17kg.replies.consultation import Consultation, ConsultedText, Source
from sg17kg.replies.replies_csv import ABSTAINS, Reply

DEADLINE = datetime(2026, 5, 20, 23, 59, tzinfo=UTC)
IRI = "https://w3id.org/sg17kg/draft/2025-2028/900/"


def text(row: int | None = 1, number: str | None = "X.1", **changes: object) -> ConsultedText:
    """A draft; `changes` are fields of ConsultedText."""
    made = ConsultedText(row, None, number, None, f"{IRI}{row or number}", number, None, None, "new", None, ())
    return replace(made, **changes)  # type: ignore[arg-type]


def consultation(*texts: ConsultedText, **changes: object) -> Consultation:
    """A consultation of drafts that asks for 70 per cent of the replies; `changes` are fields of Consultation."""
    base = "https://w3id.org/sg17kg/"
    made = Consultation(
        iri=base + "consultation/2025-2028/900",
        circular_iri=base + "circular/2025-2028/900",
        circular="TSB Circular 900 (2025-2028)",
        period="2025-2028",
        number=900,
        issued="2026-02-13",
        said_on="2026-02-13",
        deadline=DEADLINE,
        threshold=Fraction(70),
        counted="replies",
        if_met="procedure-applied",
        if_not_met="returned-to-study-group",
        if_no_replies=None,
        procedure="tap",
        resolution="WTSA Resolution 1",
        revision="Geneva, 2022",
        clause="9.4",
        group="SG17",
        email="replies@example.org",
        fax=None,
        meeting=None,
        texts=texts or (text(),),
        sources={"effectIfMet": (Source("TSB Circular 900 (2025-2028)", 40, 40, "zh"),)},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def reply(state: str, answer: str = "authorizes", about: str = "X.1", minutes: int = 60, line: int = 0) -> Reply:
    """A reply that came so many minutes before the deadline; behind it where negative."""
    says = None if answer == ABSTAINS else not answer.startswith("does-not")
    return Reply(line, state, about, answer, says, DEADLINE - timedelta(minutes=minutes), "")


def replies(in_favour: int, against: int = 0, abstained: int = 0) -> list[Reply]:
    """So many replies of as many Member States about X.1."""
    answers = ["authorizes"] * in_favour + ["does-not-authorize"] * against + [ABSTAINS] * abstained
    return [reply(f"State {number}", answer, line=number) for number, answer in enumerate(answers, start=1)]
