"""The service against its own OpenAPI document: schemathesis makes requests of it, and holds every answer to it.

About 2,000 requests, always the same ones; SG17KG_CASES asks for more (20000: some minutes).
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import engine
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.schemas import BaseSchema

from sg17kg.queries.library import QueryLibrary
from sg17kg.store.base import Store
from sg17kg.web.api.parameters import cursor_at
from sg17kg.web.app import create_app

pytestmark = pytest.mark.slow
CASES = int(os.environ.get("SG17KG_CASES", "2000"))
SHOWN = 8
# Texts of the forms that the document names and JSON Schema cannot express
FORMS = {
    "itu-t-number": st.sampled_from(("X.1280", "x1280", "ITU-T X.1282", "X Suppl. 39", "XSTR.sgfdm", "X.9999")),
    "itu-t-question": st.sampled_from(("Q10/17", "7/17", "question 10/17", "Q999/99")),
    "study-period": st.sampled_from(("2025-2028", "2022-2024", "1997-2000")),
    "cursor": st.integers(0, 300).map(cursor_at),
    "iri": st.sampled_from(("rec/X.1280", "https://w3id.org/sg17kg/circular/2025-2028/101", "sg17:number", "http://example.org/a")),
    "absolute-iri": st.sampled_from(("https://w3id.org/sg17kg/graph/ontology", "http://example.org/a")),
    "sparql": st.sampled_from(("ASK {}", "SELECT * { ?s ?p ?o } LIMIT 3", "CONSTRUCT WHERE { ?s a ?o } LIMIT 3", "DESCRIBE <http://a/>")),
}
CONFIG = {
    "seed": 17,
    "generation": {"deterministic": True, "database": "none"},
    # There are no links between operations to follow: nothing is made or deleted
    "phases": {"stateful": {"enabled": False}},
    # Constants out of the program's modules have none of the forms
    "analysis": {"constants": {"enabled": False}},
    # Every check, with one exception: what OpenAPI cannot say is that graphs need a query beside them, and which query of the
    # catalogue takes which parameters. test_sparql.py and test_rest.py hold these.
    "operations": [
        {"include-path": path, "include-method": "GET", "checks": {"positive_data_acceptance": {"enabled": False}}}
        for path in ("/sparql", "/api/v1/queries/{name}")
    ]
    # any bytes are a file, few are a circular; test_check.py holds that
    + [{"include-path": "/api/v1/check", "checks": {"positive_data_acceptance": {"enabled": False}}}],
}
load_all_checks()
NAMES = sorted(CHECKS.get_all_names())


@dataclass
class Run:
    """What came of it: the operations, how many requests, and by check the failures, each with its request as a command."""

    document: BaseSchema
    sent: int = 0
    asked: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def take(self, event: events.EngineEvent) -> None:
        """Note an event."""
        if isinstance(event, events.NonFatalError | events.FatalError):
            self.errors.append(str(event))
        if isinstance(event, events.ScenarioFinished):
            self.asked.add(event.recorder.label)
            self.sent += len(event.recorder.interactions)
            for node in (node for nodes in event.recorder.checks.values() for node in nodes):
                if found := node.failure_info:
                    self.failed[node.name].append(f"{event.recorder.label}: {str(found.failure)[:500]}\n{found.code_sample[:500]}")


@pytest.fixture(scope="module")
def run(store: Store, catalogue: QueryLibrary, dataset: Path) -> Iterator[Run]:
    for name, strategy in FORMS.items():
        schemathesis.openapi.format(name, strategy)
    app = create_app(store, catalogue, dataset / "dataset.nq")
    document = schemathesis.openapi.from_asgi("/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    document.config.generation.update(max_examples=max(1, CASES // len(list(document.get_all_operations()))))
    found = Run(document)
    for event in engine.from_schema(document).execute():
        found.take(event)
    yield found
    shutdown_lifespans()


def test_the_document_is_one_of_openapi(run: Run) -> None:
    run.document.validate()


def test_every_operation_is_asked_and_the_budget_spent(run: Run) -> None:
    assert run.errors == []
    assert run.asked == {f"{method.upper()} {path}" for path, methods in run.document.raw_schema["paths"].items() for method in methods}
    assert run.sent >= CASES


@pytest.mark.parametrize("check", NAMES)
def test_every_answer_is_as_the_document_says(check: str, run: Run) -> None:
    found = run.failed.get(check, [])
    assert not found, f"{len(found)} answers, such as:\n\n" + "\n\n".join(found[:SHOWN])
