"""/dumps/: files in canonical order, their sums, compressed by name, ranges, validators; CSV tables."""

import csv
import gzip
import hashlib
import io
import threading
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset
from starlette.testclient import TestClient

from sg17kg import formats
from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Store
from sg17kg.store.embedded import EmbeddedStore
from sg17kg.web.dump_files import DumpFiles
from tests.patience import PATIENCE

TABLES = {"recommendations", "titles", "editions", "owners", "work-items", "questions", "circulars", "drafts", "meetings", "conflicts"}
RDF = {f"sg17kg.{entry.extension}" for entry in formats.RDF}


def test_every_file_is_as_its_entry_says(client: TestClient) -> None:
    listed = client.get("/dumps/").json()
    names = {item["url"].rpartition("/")[2]: item for item in listed["items"]}
    plain = RDF | {f"{name}.csv" for name in TABLES}
    assert set(names) == plain | {f"{name}.gz" for name in plain} | {"SHA256SUMS"}
    for item in listed["items"]:
        answer = client.get(item["url"])
        assert answer.headers["content-type"].split(";")[0] == item["media_type"]
        assert (len(answer.content), hashlib.sha256(answer.content).hexdigest()) == (item["bytes"], item["sha256"])


def test_a_compressed_file_holds_the_plain_one(client: TestClient) -> None:
    for name in ("sg17kg.ttl", "editions.csv"):
        assert gzip.decompress(client.get(f"/dumps/{name}.gz").content) == client.get(f"/dumps/{name}").content


def test_the_sums_are_those_that_sha256sum_checks(client: TestClient) -> None:
    lines = client.get("/dumps/SHA256SUMS").text.splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    assert sums["sg17kg.nt"] == hashlib.sha256(client.get("/dumps/sg17kg.nt").content).hexdigest()
    assert len(sums) == 2 * (len(RDF) + len(TABLES))


@pytest.mark.parametrize("shared", [True, False])
def test_the_sums_can_be_asked_for_first(shared: bool, store: Store, catalogue: QueryLibrary, tmp_path: Path) -> None:
    files = DumpFiles(store, catalogue, tmp_path if shared else None)
    found: list[bytes] = []
    asking = threading.Thread(target=lambda: found.append(files.file("SHA256SUMS").path.read_bytes()), daemon=True)
    asking.start()
    asking.join(PATIENCE)
    assert found[0].count(b"\n") == 2 * (len(RDF) + len(TABLES))
    files.close()


def test_the_fingerprint_is_that_of_the_canonical_form(client: TestClient) -> None:
    content = client.get("/dumps/sg17kg.nq").content
    dataset = ox.Dataset(ox.parse(content, format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = (ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b"").splitlines(keepends=True)
    assert hashlib.sha256(b"".join(sorted(lines))).hexdigest() == client.get("/dumps/").json()["fingerprint"]


def test_the_fingerprint_does_not_depend_on_names_of_blank_nodes() -> None:
    text = '_:{0} <http://x/p> _:{1} <http://x/g> .\n_:{1} <http://x/q> "é" <http://x/g> .\n'
    one, two, other = (EmbeddedStore.from_nquads(text.format(*names).encode()) for names in (("a", "b"), ("z", "y"), ("a", "a")))
    assert one.fingerprint() == two.fingerprint() != other.fingerprint()


def test_a_part_of_a_file_can_be_had_and_a_download_can_go_on(client: TestClient) -> None:
    whole = client.get("/dumps/sg17kg.ttl")
    part = client.get("/dumps/sg17kg.ttl", headers={"Range": "bytes=100-199", "If-Range": whole.headers["etag"]})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    rest = client.get("/dumps/sg17kg.ttl", headers={"Range": f"bytes={len(whole.content) - 5}-"})
    assert rest.content == whole.content[-5:]
    changed = client.get("/dumps/sg17kg.ttl", headers={"Range": "bytes=100-199", "If-Range": '"another"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    assert client.get("/dumps/sg17kg.ttl", headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_validators(client: TestClient) -> None:
    first = client.get("/dumps/sg17kg.nq.gz")
    assert first.headers["accept-ranges"] == "bytes"
    again = client.get("/dumps/sg17kg.nq.gz", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/dumps/sg17kg.nq.gz")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))


@pytest.mark.parametrize("name", ["sg17kg.exe", "..%2f..%2fetc%2fpasswd", "SHA256SUMS.gz", "sg17kg.nq.gz.gz"])
def test_what_is_not_offered_is_not_found(name: str, client: TestClient) -> None:
    assert client.get(f"/dumps/{name}").status_code == 404


@pytest.mark.parametrize("name", ["sg17kg.trig", "sg17kg.jsonld", "sg17kg.nq"])
def test_formats_with_graphs_hold_the_same_statements(name: str, client: TestClient, store: Store) -> None:
    quads = ox.parse(client.get(f"/dumps/{name}").content, format=ox.RdfFormat.from_extension(name.rpartition(".")[2]))
    lines = ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""
    output = io.BytesIO()
    store.dump(output, "nq")
    assert sorted(lines.splitlines(keepends=True)) == output.getvalue().splitlines(keepends=True)


def test_another_library_reads_them(client: TestClient) -> None:
    kinds = {"ttl": "turtle", "rdf": "xml", "nt": "nt"}
    union = {name: Dataset().parse(data=client.get(f"/dumps/sg17kg.{name}").content, format=kind) for name, kind in kinds.items()}
    assert len({len(graph) for graph in union.values()}) == 1


def test_tables_have_a_row_for_each_thing(client: TestClient) -> None:
    editions = list(csv.DictReader(io.StringIO(client.get("/dumps/editions.csv").text)))
    found = next(row for row in editions if row["iri"].endswith("/rec/X.1280/2024-03"))
    assert (found["number"], found["approved_on"][:7]) == ("X.1280", "2024-03")
    owners = list(csv.DictReader(io.StringIO(client.get("/dumps/owners.csv").text)))
    assert {row["question"] for row in owners if row["number"] == "X.1280"} == {"Q10/17"}


def test_another_service_makes_the_same_bytes(client: TestClient, store: Store, catalogue: QueryLibrary) -> None:
    files = DumpFiles(store, catalogue)
    try:
        for name in ("sg17kg.trig.gz", "sg17kg.rdf", "titles.csv.gz"):
            assert files.file(name).path.read_bytes() == client.get(f"/dumps/{name}").content
    finally:
        files.close()
