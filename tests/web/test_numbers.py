"""Texts whose numbers are more than a letter, a dot and digits: their pages, their REST resources, and what people type for them."""

import html
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from starlette.testclient import TestClient

from sg17kg.facts import EditionFacts
from sg17kg.graph.mapping.editions import triples
from sg17kg.graph.numbering import numbering_of
from sg17kg.identifiers import deliverable_iri
from sg17kg.namespaces import BASE, GRAPH
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.text_numbers import TextName, parse_text
from sg17kg.web.app import create_app
from tests import ROOT

NAMES = [parse_text(row["printed"]) for row in yaml.safe_load((ROOT / "tests" / "fixtures" / "numbers" / "valid.yaml").read_text("utf-8"))]
NUMBERS = sorted({name.number for name in NAMES})
PARTS = [f"X.1500 (2011) Amd. {number}" for number in (1, 2, 10, 12)] + ["X.1500 (2011) Cor. 1"]
API = "/api/v1/recommendations/"


def edition(name: TextName) -> EditionFacts:
    return EditionFacts(name.number, (), name.part, name.of_edition, "03/2031", "2031-03-29", "Clocks", None, None, (), None, "x.yaml")


@pytest.fixture(scope="module")
def client(dataset: Path, catalogue: QueryLibrary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The dataset, and an edition of every text of the fixture more."""
    every = [edition(name) for name in (*map(TextName, NUMBERS), *map(parse_text, PARTS))]
    rows = "".join(f"{s.n3()} {p.n3()} {o.n3()} <{GRAPH}reference/tried> .\n" for s, p, o in triples(every, numbering_of(every)))
    path = tmp_path_factory.mktemp("numbers") / "dataset.nq"
    path.write_bytes((dataset / "dataset.nq").read_bytes() + rows.encode())
    with TestClient(create_app(EmbeddedStore.from_file(path), catalogue, path), raise_server_exceptions=False) as client:
        yield client


def path(number: str) -> str:
    return "/" + deliverable_iri(number).removeprefix(BASE)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_text_has_a_page_and_a_resource(number: str, client: TestClient) -> None:
    page = client.get(path(number), headers={"Accept": "text/html"})
    assert (page.status_code, html.escape(number) in page.text) == (200, True)
    resource = client.get(API + quote(number))
    assert (resource.status_code, resource.json()["number"], resource.json()["iri"]) == (200, number, deliverable_iri(number))
    assert [client.get(f"{API}{quote(number)}/{more}").status_code for more in ("owner", "history")] == [200, 200]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_page_names_a_resource_that_answers(number: str, client: TestClient) -> None:
    links = client.get(path(number), headers={"Accept": "text/html"}).headers["link"]
    (described,) = [link.partition(">")[0].strip(" <") for link in links.split(",") if 'rel="describedby"' in link]
    assert client.get(described).json()["number"] == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("X.1303%20bis", "X.1303 bis"), ("X.1303-bis", "X.1303 bis"), ("x1303bis", "X.1303 bis"), ("ITU-T%20X.1303%20bis", "X.1303 bis"),
        ("Z.100-Annex-C1", "Z.100 Annex C1"), ("z100%20annex%20c1", "Z.100 Annex C1"), ("Z.100-App.-II", "Z.100 App. II"),
        ("Z.100%20Appendix%20II", "Z.100 App. II"), ("E-100%20Suppl.%201", "E-100 series Suppl. 1"), ("D.608%20R", "D.608R"),
        ("X-Suppl.-26", "X Suppl. 26"),
    ],
)  # fmt: skip
def test_what_people_type_reaches_the_resource(typed: str, number: str, client: TestClient) -> None:
    assert client.get(API + typed).json()["number"] == number


@pytest.mark.parametrize("typed", ["rec/X.1303%20bis", "rec/x1303bis", "rec/x.1303-bis"])
def test_another_form_leads_to_the_iri(typed: str, client: TestClient) -> None:
    answer = client.get(f"/{typed}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "http://testserver/rec/X.1303-bis")


@pytest.mark.parametrize("typed", ["X.800-X.849%20series", "Z.100%20Annex%201", "X.12345"])
def test_what_is_no_number_is_told(typed: str, client: TestClient) -> None:
    answer = client.get(API + typed)
    assert (answer.status_code, "write it like X.1280" in answer.json()["detail"]) == (400, True)


def test_parts_are_listed_by_their_numbers(client: TestClient) -> None:
    listed = [part["number"] for part in client.get(f"{API}X.1500").json()["amendments"]]
    assert listed == [f"X.1500 (2011) {part}" for part in ("Amd.1", "Amd.2", "Amd.10", "Amd.12", "Cor.1")]


def test_a_number_with_a_word_behind_it_is_of_its_hundred(client: TestClient) -> None:
    listed = client.get("/recommendations?series=X.1300", headers={"Accept": "text/html"}).text
    assert ('/rec/X.1303-bis"' in listed, '/rec/X.1280"' in listed) == (True, False)
