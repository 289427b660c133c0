"""How answers go out: codings, validators, security headers, rates, hosts, a new dataset."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import brotli
import pytest
from starlette.testclient import TestClient

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Store
from sg17kg.web import process
from sg17kg.web.app import create_app
from sg17kg.web.middleware.compression import coding_for
from tests.patience import PATIENT

ADDRESS = "/api/v1/recommendations/X.1280"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def own(store: Store, catalogue: QueryLibrary, dataset: Path) -> Iterator[TestClient]:
    with TestClient(create_app(store, catalogue, dataset / "dataset.nq", PATIENT), raise_server_exceptions=False) as client:
        yield client


def raw(client: TestClient, address: str, **headers: str) -> tuple[dict[str, str], bytes]:
    """Headers and the body as it went over the wire."""
    with client.stream("GET", address, headers={name.replace("_", "-"): text for name, text in headers.items()}) as answer:
        return dict(answer.headers), b"".join(answer.iter_raw())


@pytest.mark.parametrize(("accepted", "coding"), [("br, gzip", "br"), ("gzip", "gzip"), ("gzip, br;q=0.5", "gzip"), ("*", "br")])
def test_an_answer_comes_in_the_coding_that_is_wanted(accepted: str, coding: str, own: TestClient) -> None:
    plain = own.get(ADDRESS, headers=PLAIN).content
    for _ in range(2):  # made, then kept
        headers, body = raw(own, ADDRESS, Accept_Encoding=accepted)
        assert headers["content-encoding"] == coding
        assert int(headers["content-length"]) == len(body) < len(plain)
        assert (brotli.decompress(body) if coding == "br" else gzip.decompress(body)) == plain
        assert "Accept-Encoding" in headers["vary"]


@pytest.mark.parametrize("accepted", ["identity", "br;q=0, gzip;q=0", "deflate", "br;q=nonsense"])
def test_an_answer_stays_as_it_is_where_no_coding_is_wanted(accepted: str, own: TestClient) -> None:
    headers, body = raw(own, ADDRESS, Accept_Encoding=accepted)
    assert "content-encoding" not in headers
    assert json.loads(body)["number"] == "X.1280"


def test_short_answers_are_not_packed(own: TestClient) -> None:
    assert "content-encoding" not in raw(own, "/health", Accept_Encoding="br")[0]


def test_brotli_comes_before_gzip_where_both_are_equal() -> None:
    chosen = coding_for(b"gzip, br")
    assert chosen
    assert chosen.name == b"br"
    assert coding_for(b"gzip;q=0, *;q=0.1").name == b"br"  # type: ignore[union-attr]


def test_each_coding_has_a_tag_of_its_own_and_each_tag_is_known(own: TestClient) -> None:
    tags = {raw(own, ADDRESS, Accept_Encoding=coding)[0]["etag"] for coding in ("identity", "gzip", "br")}
    assert len(tags) == 3
    for tag in tags:
        answer = own.get(ADDRESS, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content) == (304, b"")


def test_what_has_not_changed_since_a_day_is_not_sent_again(own: TestClient) -> None:
    modified = own.get(ADDRESS).headers["last-modified"]
    assert own.get(ADDRESS, headers={"If-Modified-Since": modified}).status_code == 304
    assert own.get(ADDRESS, headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}).status_code == 304
    assert own.get(ADDRESS, headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}).status_code == 200
    assert own.get(ADDRESS, headers={"If-Modified-Since": "yesterday"}).status_code == 200
    assert own.get(ADDRESS, headers={"If-Modified-Since": modified, "If-None-Match": '"another"'}).status_code == 200


@pytest.mark.parametrize("address", [ADDRESS, "/", "/nothing", "/sparql?query=ASK%7B%7D", "/dumps/sg17kg.nt"])
def test_every_answer_is_only_what_it_says_it_is(address: str, own: TestClient) -> None:
    headers = own.get(address).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


@pytest.mark.parametrize("address", ["/", "/rec/X.1280.html", "/ontology.html", "/dumps/"])
def test_a_page_takes_nothing_from_elsewhere(address: str, own: TestClient) -> None:
    headers = own.get(address, headers={"Accept": "text/html"}).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("host", ["a b", "evil.example/path", "x:99999999", "user@host", "<x>", "[::1", "-x", "a" * 300])
def test_a_host_that_is_none_makes_no_links(host: str, own: TestClient) -> None:
    answer = own.get(ADDRESS, headers={"Host": host})
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


def test_links_name_the_host_that_was_asked_or_the_address_that_was_told(store: Store, catalogue: QueryLibrary, dataset: Path) -> None:
    told = replace(PATIENT, public_url="https://kg.example.org/base/")
    for settings, address in ((PATIENT, "http://portal.example:81"), (told, "https://kg.example.org/base")):
        with TestClient(create_app(store, catalogue, dataset / "dataset.nq", settings)) as client:
            answer = client.get(f"{ADDRESS}", headers={"Host": "portal.example:81", "X-Forwarded-Host": "evil.example"})
            assert answer.json()["url"] == f"{address}{ADDRESS}"
            listed = client.get("/api/v1/recommendations?limit=1", headers={"Host": "portal.example:81"}).json()
            assert listed["next"].startswith(f"{address}/api/v1/recommendations?")


def test_a_client_that_asks_too_often_has_to_wait(
    store: Store, catalogue: QueryLibrary, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: now[0]))
    with TestClient(create_app(store, catalogue, dataset / "dataset.nq", replace(PATIENT, rate=5))) as client:
        answers = [client.get("/api/v1/meetings") for _ in range(30)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert {answer.status_code for answer in answers} == {200, 429}
        assert int(refused[0].headers["retry-after"]) >= 1
        assert "5 requests a second" in refused[0].json()["detail"]
        assert client.get("/health").status_code == 200
        now[0] += 0.5
        assert client.get("/api/v1/meetings").status_code == 200
