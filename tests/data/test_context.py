"""The JSON-LD context: it knows every term, and what it writes reads back as the same triples."""

import json
from typing import Any

import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

from sg17kg.namespaces import BASE
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT

CONTEXT: dict[str, Any] = json.loads((ROOT / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
THINGS = [
    "rec/X.1280", "rec/X.1280/2024-03", "rec/X.1352/amd1", "sup/X/39", "tr/XSTR.sgfdm", "work-item/X.oob-sa", "draft/2022-2024/142/5",
    "question/17/10", "question/17/10/2026", "question/17/10/2026/study-item/21", "question/17/10/2026/task/3", "circular/2025-2028/104",
    "collective-letter/sg17/2025-2028/8", "report/sg17/2025-2028/R25", "td/sg17/2017-2020/TD3326", "meeting/sg17/2026-06",
    "consultation/2025-2028/101", "consultation/2025-2028/104/row/1", "sg/17", "body/etsi", "period/2025-2028",
    "vocabulary/status/in-force",
    "question/17/10/2026/responsibility/X.1280/2025-12-11/circular/2025-2028/101",
    "circular/2025-2028/101/zh/lines/122", "conflict/joint-group/X.1261", "bulletin/1338",
    "draft/2022-2024/79/5/outcome", "rec/X.1286/state/in-consultation-2026-02-13", "decision/form-against-heading/2022-2024/142/5",
]  # fmt: skip


def triples(thing: str, store: EmbeddedStore) -> Graph:
    content = store.query(f"CONSTRUCT {{ <{BASE}{thing}> ?p ?o }} WHERE {{ <{BASE}{thing}> ?p ?o }}").serialize("nt")
    return Graph().parse(data=content, format="nt")


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_goes_there_and_back(thing: str, store: EmbeddedStore) -> None:
    graph = triples(thing, store)
    assert len(graph) > 2
    written = json.loads(graph.serialize(format="json-ld", context=CONTEXT))
    assert not [key for key in written if ":" in key], "every property has its short name"
    assert isomorphic(Graph().parse(data=json.dumps(written), format="json-ld"), graph)


def test_a_recommendation_reads_without_a_namespace(store: EmbeddedStore) -> None:
    written = json.loads(triples("rec/X.1280", store).serialize(format="json-ld", context=CONTEXT))
    assert (written["type"], written["number"], written["label"]) == ("Recommendation", "X.1280", {"en": "X.1280"})


def test_every_term_of_the_data_is_in_the_context(whole_store: EmbeddedStore) -> None:
    query = """SELECT DISTINCT ?t { { ?s ?t ?o } UNION { ?s a ?t } FILTER(STRSTARTS(STR(?t), "https://w3id.org/sg17kg/ontology#")) }"""
    used = {term.value.rpartition("#")[2] for row in whole_store.query(query).rows() if (term := row["t"])}
    assert used
    assert used <= set(CONTEXT)
