"""Merge versions of one catalogue of editions, newest first. Each row names the version that states it."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from sg17kg.facts import EditionFacts
from sg17kg.reference_data.relaton import CatalogueRecord

_Key = tuple[str, str | None, str | None, str]
# fields in which an older version may state what the newer one leaves out; the others identify the edition
_FIELDS = ("title", "url", "publication", "twins", "group", "edition_number", "stage", "complemented_by")
_LISTS = ("twins", "complemented_by")


@dataclass(frozen=True)
class Version:
    """The records of one version of a catalogue. `name` is None if the version was not named."""

    name: str | None
    records: tuple[CatalogueRecord, ...]


def merged(versions: Sequence[Version], group: str | None, named: Set[str] | None) -> list[EditionFacts]:
    """Return the rows of all versions, newest first. An older version does not repeat what a newer one states about an edition.

    Editions are kept if one of the versions puts their number under `group`, or if their number is in `named`; with neither, all are kept.
    """
    rows: dict[_Key, list[EditionFacts]] = {}
    for version in versions:
        for record in version.records:
            said = rows.setdefault(_key(record.facts), [])
            if row := _left(replace(record.facts, source_version=version.name), said):
                said.append(row)
    return [row for said in rows.values() if _is_kept(said, group, named) for row in said]


def missing(versions: Sequence[Version], kept: Iterable[EditionFacts]) -> list[tuple[str, str]]:
    """Return editions that a kept record names and that have no record in any version: (name of the edition, record that names it)."""
    known = {record.name for version in versions for record in version.records}
    sources = {row.source for row in kept}
    named = (record for version in versions for record in version.records if record.facts.source in sources)
    return sorted({(name, record.facts.source) for record in named for name in record.editions if name not in known})


def _key(facts: EditionFacts) -> _Key:
    return facts.number, facts.part, facts.of_edition, facts.edition


def _left(facts: EditionFacts, said: Sequence[EditionFacts]) -> EditionFacts | None:
    """Return the part of an edition that no newer version states; None if there is none."""
    if not said:
        return facts
    known = {name for name in _FIELDS if any(getattr(row, name) for row in said)}
    if not any(getattr(facts, name) for name in _FIELDS if name not in known):
        return None
    nothing: dict[str, Any] = {name: () if name in _LISTS else None for name in known}
    return replace(facts, **nothing)


def _is_kept(said: Sequence[EditionFacts], group: str | None, named: Set[str] | None) -> bool:
    if group is None and named is None:
        return True
    return any(row.group == group for row in said if group) or bool(named and named & {said[0].number, *said[0].also})


def numbers_of(rows: Iterable[EditionFacts], group: str) -> Iterator[str]:
    """Yield the numbers of the texts that a catalogue puts under a group, with both halves of dual numbers."""
    for row in rows:
        if row.group == group:
            yield from (row.number, *row.also)
