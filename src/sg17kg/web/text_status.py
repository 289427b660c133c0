"""Status of a text on a day: its revision and successor, and the status of its parts."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fastapi import Request

from sg17kg.days import Stage, stage_on
from sg17kg.queries.binding import Argument
from sg17kg.store.base import Row, value
from sg17kg.text_numbers import part_sort_key
from sg17kg.web import models
from sg17kg.web.api.links import resource
from sg17kg.web.api.parameters import iso
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.texts import by_text, until

LIVE = ("prepublished", "in-force")  # how a catalogue lists an edition that may be cited


def status_of(rows: list[Row]) -> models.Status:
    """Return the stage on the day, `unknown` if no source gives one; `since` is null if the stage is unknown."""
    return models.Status.model_validate(_stage(rows))


def _stage(rows: list[Row]) -> dict[str, str | None]:
    row: Row = rows[0] if rows else {}
    code = value(row, "status") or "unknown"
    said = {name: value(row, name) for name in ("said_on", "said_not_before", "read_on")}
    return {"code": code, "since": value(row, "since") if code != "unknown" else None, **said}


def status_at(stage: Stage | None) -> models.Status:
    """Return a stage as a model; `unknown` if no source gives one."""
    code = stage.code if stage else "unknown"
    said = {name: getattr(stage, name, None) for name in ("said_on", "said_not_before", "read_on")}
    return models.Status.model_validate({"code": code, "since": stage.since if stage else None, **said})


@dataclass(frozen=True)
class ListedEdition:
    """An edition as a catalogue lists it: its name, IRI, page at ITU, day of approval, and `publication`."""

    edition: str
    iri: str
    url: str | None
    approved_on: str
    publication: str | None

    @classmethod
    def of(cls, row: Row) -> "ListedEdition":
        """Return the edition in a row with these columns."""
        names = ("edition", "edition_iri", "url", "approved_on", "publication")
        edition, iri, url, approved_on, publication = (value(row, name) for name in names)
        return cls(edition or "", iri or "", url, approved_on or "", publication)


def text_status(
    number: str,
    stage: Stage | None,
    editions: list[ListedEdition],
    *,
    listing: bool,
    revision: models.Revision | None = None,
    successor: models.Reference | None = None,
) -> models.TextStatus:
    """Return the status of a text on a day, with the edition to cite, the revision, and the successor.

    `editions` are those of the day, in any order. `listing` says that the catalogue was made by that day, so that its entries hold.
    """
    code = stage.code if stage else "unknown"
    in_order = sorted(editions, key=lambda edition: edition.approved_on)
    cited = _to_cite(in_order, listing) if code == "in-force" else None
    return models.TextStatus.model_validate(
        {
            "code": code,
            "since": stage.since if stage else None,
            "said_on": stage.said_on if stage else None,
            "said_not_before": stage.said_not_before if stage else None,
            "read_on": stage.read_on if stage else None,
            "publication": cited.publication if cited and listing else None,
            "cite": cited and models.Reference(name=f"{number} ({cited.edition})", iri=cited.iri, url=cited.url or cited.iri),
            "revision": revision,
            "successor": successor,
            "ended_by": stage.ended_by if stage else None,
            "note": _note(in_order, cited) if listing else None,
        }
    )


def _to_cite(editions: list[ListedEdition], listing: bool) -> ListedEdition | None:
    """Return the newest prepublished edition, else the newest in force; an edition newer than the catalogue precedes both."""
    newest = editions[-1] if editions else None
    if not listing or not newest or newest.publication is None:
        return newest
    return next((entry for listed in LIVE for entry in reversed(editions) if entry.publication == listed), newest)


def _note(editions: list[ListedEdition], cited: ListedEdition | None) -> str | None:
    """Return a note if the edition to cite is prepublished, with the older editions in force.

    ITU prepublishes an approved edition while it still lists the one before as in force.
    """
    if not cited or cited.publication != "prepublished":
        return None
    older = [entry.edition for entry in reversed(editions) if entry.publication == "in-force"]
    return ", ".join((f"{cited.edition} prepublished", *(f"{edition} in force" for edition in older)))


def revisions_of(
    request: Request, served: DatasetContext, on: date, said_by: date | None, texts: Argument | None = None
) -> dict[str, models.Revision]:
    """Return the draft that is to revise each text, by IRI of the text; for one text, several or all.

    Only drafts that are before Member States or the meeting are returned.
    """
    rows_of_each = by_text(served, "text-revisions", texts, on=iso(on), said_by=iso(said_by))
    return {iri: revision for iri, rows in rows_of_each.items() if (revision := revision_of(request, rows, on, said_by))}


def revision_of(request: Request, rows: list[Row], on: date, said_by: date | None) -> models.Revision | None:
    """Return the draft that is to revise a text and is before Member States or the meeting, from the rows of text-revisions."""
    day = on.isoformat()
    for row in rows:
        since, until, said = (value(row, name) or "" for name in ("since", "until", "said"))
        if (since or said) <= day and (not until or day <= until) and (said_by is None or said <= said_by.isoformat()):
            draft = value(row, "draft_iri") or ""
            return models.Revision.model_validate(
                {
                    "code": value(row, "status"),
                    "since": value(row, "since"),
                    "draft": models.Reference(name=value(row, "draft") or "", iri=draft, url=resource(request, draft)),
                }
            )
    return None


def successor_of(request: Request, rows: list[Row]) -> models.Reference | None:
    """Return the text under another number that replaced a text, if a source names it, from the rows of text-successors."""
    row = next(iter(rows), None)
    iri = value(row, "successor_iri") if row else None
    return models.Reference(name=value(row, "successor") or "", iri=iri, url=resource(request, iri)) if row and iri else None


def parts_of(amendments: list[Row], stages_of_parts: list[Row], on: date, said_by: date | None) -> list[models.Part]:
    """Return the amendments, corrigenda and other parts of a text by number, each with its newest edition and its stage on the day.

    The rows are those of text-amendments, and of text-stages about the parts.
    A published part replaces the same part as a circular put it forward.
    """
    by_part = {iri: list(rows) for iri, rows in groupby(amendments, key=lambda row: value(row, "iri") or "")}
    stages: dict[str, list[Row]] = {}
    for row in stages_of_parts:
        stages.setdefault(value(row, "iri") or "", []).append(row)
    published = {_without_year(value(rows[0], "number_of_part") or "") for rows in by_part.values() if rows[0].get("said")}
    parts = []
    for iri, rows in by_part.items():
        called = value(rows[0], "number_of_part") or ""
        editions = until([row for row in rows if row.get("said")], on, said_by, "approved_on", "said")
        if rows[0].get("said") and not editions:
            continue  # published on a later day
        if not editions and called in published:
            continue
        newest: Row = editions[0] if editions else {}
        parts.append(
            models.Part(
                iri=iri,
                number=called,
                type=value(rows[0], "type") or "",
                title=value(newest, "title"),
                approved_on=value(newest, "approved_on"),
                of_edition=value(rows[0], "of_edition"),
                status=status_at(stage_on(stages.get(iri, []), on.isoformat(), iso(said_by))),
                url=value(newest, "url"),
            )
        )
    return sorted(parts, key=lambda part: part_sort_key(part.number))


def _without_year(number: str) -> str:
    """Return the name of a part without the year of the edition that it changes: X.1352 Amd.1 for X.1352 (2022) Amd.1."""
    return re.sub(r" \([0-9]{4}\)", "", number)
