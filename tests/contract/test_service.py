"""The whole service on every store: each query of the catalogue, and REST, answer as they do from memory."""

import re
from collections.abc import Iterator, Sequence

import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import Query, QueryLibrary
from sg17kg.store.base import Store, value
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.store.source import DatasetSource, open_source
from sg17kg.web.app import create_app
from tests import ROOT

QUERIES = [
    query for group in ("questions", "lists", "tables", "resources", "checks") for query in QueryLibrary.read(ROOT / "queries").group(group)
]
ADDRESSES = [
    "/api/v1/recommendations/X.1280", "/api/v1/recommendations/X.1280?on=2026-05-01&said_by=2026-05-01", "/api/v1/recommendations/X.1771",
    "/api/v1/recommendations/X.1282/owner", "/api/v1/recommendations/X.1352", "/api/v1/questions/17/10",
    "/api/v1/questions/17/7?on=2025-12-05",
    "/api/v1/circulars/2025-2028/101", "/api/v1/circulars/2025-2028/104", "/api/v1/consultations?status=open&on=2026-05-01",
    "/api/v1/consultations?on=2026-02-01", "/api/v1/conflicts", "/api/v1/conflicts?settled=yes", "/api/v1/recommendations/X.9999",

    "/api/v1/queries/texts-of-question?question=Q16/17",
    "/api/v1/recommendations?question=Q10/17&on=2026-05-01&lang=zh", "/api/v1/recommendations?status=in-force&sort=-approved_on",
    "/api/v1/recommendations?q=认证", "/api/v1/recommendations/X.1280/history", "/api/v1/recommendations/X.1352/history?said_by=2024-01-01",
    "/api/v1/work-items?question=Q10/17&on=2026-05-01", "/api/v1/work-items/X.accsadlt", "/api/v1/questions?lang=zh", "/api/v1/circulars",
    "/api/v1/meetings", "/api/v1/meetings/sg17/2026-06", "/api/v1/consultations/2025-2028/104", "/api/v1/consultations/2025-2028/101",
    "/api/v1/search?q=带外认证", "/api/v1/search?q=x.12&limit=500", "/api/v1/resolve?id=SG17-R25@2025-2028",
    "/api/v1/evidence?s=consultation/2025-2028/104", "/rec/X.1280/2024-03.csl",
]  # fmt: skip


@pytest.fixture(scope="module")
def other(whole: DatasetSource) -> Store:
    return open_source(whole)


@pytest.fixture(scope="module")
def there(whole: DatasetSource, other: Store, catalogue: QueryLibrary) -> Iterator[TestClient]:
    with TestClient(create_app(other, catalogue, whole), raise_server_exceptions=False) as client:
        yield client


def answered(store: Store, text: str) -> Sequence[object]:
    """The answer without what SPARQL leaves open: order of parts in GROUP_CONCAT, 1 for true, nothing for no parts."""
    answer = store.query(text)
    if answer.kind != "solutions":
        return sorted(answer.serialize("nt").splitlines())
    return [tuple(_cell(value(row, name)) for name in answer.variables) for row in answer.rows()]


def _cell(text: str | None) -> object:
    truth = {"true": "1", "false": "0", "": None}.get(text or "", text)
    return sorted(truth.split()) if truth and " " in truth else truth


# These give any one of many, whichever the store finds first
ANY_ONE = ("example-of-class", "example-of-property")


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_query_of_the_catalogue_answers_as_from_memory(query: Query, other: Store, store: EmbeddedStore) -> None:
    examples = [query.text]
    if query.header.example:
        examples.append(query.bind({name: str(given) for name, given in query.header.example.items()}))
    for text in examples:
        theirs, mine = answered(other, text), answered(store, text)
        assert (len(theirs), theirs != []) == (len(mine), True) if query.name in ANY_ONE else theirs == mine


@pytest.mark.parametrize("address", ADDRESSES)
def test_rest_answers_as_from_memory(address: str, there: TestClient, client: TestClient) -> None:
    mine, theirs = client.get(address), there.get(address)
    assert theirs.status_code == mine.status_code
    assert theirs.json() == mine.json()


def test_health_asks_no_other_server(there: TestClient, other: Store) -> None:
    version = there.get("/ready").json()["dataset"]
    assert len(version) == 64
    assert there.get("/health").json() == {"status": "ok", "dataset": version if isinstance(other, EmbeddedStore) else None}


@pytest.mark.parametrize(
    "address",
    [
        "/calendar.ics?question=Q10/17", "/feed.atom", "/rec/X.1280.bib", "/", "/?on=2026-05-01", "/rec/X.1280.html",
        "/work-item/X.rdda.html", "/question/17/10.html?lang=zh",
        "/circular/2025-2028/104.html", "/consultation/2025-2028/104.html", "/meeting/sg17/2026-06.html",
        "/body/etsi.html", "/conflict/two-owners/X.1282.html", "/recommendations?series=X.1200", "/work-items.csv",
        "/conflicts", "/bodies", "/periods", "/lines/circular/2025-2028/101?first=122", "/explore?thing=rec/X.1280", "/explore.json",
        "/editor-terms.json", "/changes?from=2025-01-01&to=2026-06-30",
    ],
)  # fmt: skip
def test_what_is_no_json_is_the_same_too(address: str, there: TestClient, client: TestClient) -> None:
    mine, theirs = (one.get(address, headers={"Accept": "text/html, */*;q=0.5"}) for one in (client, there))
    assert theirs.status_code == mine.status_code == 200
    # a remote store does not say when its dataset was written
    assert re.sub(r"DTSTAMP:\S+", "", theirs.text) == re.sub(r"DTSTAMP:\S+", "", mine.text)


def test_a_thing_has_the_same_triples(there: TestClient, client: TestClient) -> None:
    mine, theirs = (set(asked.get("/rec/x.1280.nt").text.splitlines()) for asked in (client, there))
    assert len(mine) > 40
    assert theirs == mine


def test_strangers_ask_in_threads(there: TestClient) -> None:
    answer = there.get("/sparql", params={"query": 'ASK { ?s ?p "X.1280" }'}, headers={"Accept": "application/sparql-results+json"})
    assert answer.json()["boolean"] is True
    assert there.get("/sparql", params={"query": "SELECT * {"}).status_code == 400
