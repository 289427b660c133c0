"""Model of `known_until`, which accompanies REST responses."""

from dataclasses import fields
from datetime import date

from sg17kg.known_until import Circulars, Known, UpTo
from sg17kg.store.base import value
from sg17kg.web import models
from sg17kg.web.dependencies import DatasetContext

_CATALOGUES = ("catalogue", "bulletins", "twins")


def known_of(served: DatasetContext, said_by: date | None = None) -> Known:
    """Return up to when each kind of source is known, from what had been stated by `said_by`."""
    return served.sources.known(said_by)


def known_as_model(served: DatasetContext, said_by: date | None = None) -> models.KnownUntil:
    """Return the same as a model; kinds without a source that was read are absent."""
    known = known_of(served, said_by)
    kinds = {entry.name: getattr(known, entry.name) for entry in fields(known)}
    return models.KnownUntil(**{name: _as_model(name, kind) for name, kind in kinds.items() if kind})


def _as_model(name: str, kind: Circulars | UpTo) -> models.CircularsKnown | models.AsOf | models.Newest:
    if isinstance(kind, Circulars):
        return models.CircularsKnown(
            read=kind.read, newest=kind.newest, complete=kind.complete, known_by_number=kind.known_by_number, newest_known=kind.newest_known
        )
    if name in _CATALOGUES:
        return models.AsOf(as_of=kind.day, complete=kind.complete)
    return models.Newest(newest=kind.day, complete=kind.complete)


def was_read(served: DatasetContext, circular: str) -> bool:
    """Return whether a circular itself was read, and not only named elsewhere."""
    return any(value(row, "kind") == "circular-read" and value(row, "iri") == circular for row in served.sources.get())


def lists_by(served: DatasetContext, on: date, said_by: date | None) -> bool:
    """Return whether the catalogue of editions was made by both days; before it was made, its entries need not hold."""
    catalogue = known_of(served).catalogue
    return catalogue is not None and catalogue.day <= min(on, said_by or on).isoformat()
