"""The catalogue as the rooms of replies and briefs ask it."""

import pytest

from sg17kg.identifiers import circular_iri
from sg17kg.queries.library import QueryLibrary
from sg17kg.replies.consultation import Ask, Consultation, consultation_of
from sg17kg.store.base import Row
from sg17kg.store.embedded import EmbeddedStore


@pytest.fixture(scope="session")
def ask(store: EmbeddedStore, catalogue: QueryLibrary) -> Ask:
    return _asking(store, catalogue)


@pytest.fixture(scope="session")
def ask_two_versions(two_versions: EmbeddedStore, catalogue: QueryLibrary) -> Ask:
    """The same of a dataset with an English and a French version of circular 302 of 2025-2028."""
    return _asking(two_versions, catalogue)


@pytest.fixture(scope="session")
def ask_corrected(corrected: EmbeddedStore, catalogue: QueryLibrary) -> Ask:
    """The same of a dataset with circulars and corrigenda to them."""
    return _asking(corrected, catalogue)


def _asking(store: EmbeddedStore, catalogue: QueryLibrary) -> Ask:
    def asked(name: str, /, **arguments: str | None) -> list[Row]:
        given = {key: value for key, value in arguments.items() if value is not None}
        return store.query(catalogue.get(name).bind(given)).rows()

    return asked


@pytest.fixture(scope="session")
def drafts(ask: Ask) -> Consultation:
    """Eleven drafts under the traditional procedure."""
    return consultation_of(ask, circular_iri("2025-2028", 104))


@pytest.fixture(scope="session")
def questions(ask: Ask) -> Consultation:
    """Three Questions."""
    return consultation_of(ask, circular_iri("2025-2028", 101))


@pytest.fixture(scope="session")
def misprinted(ask: Ask) -> Consultation:
    """Eight drafts; the form prints another number for one of them."""
    return consultation_of(ask, circular_iri("2022-2024", 142))
