"""The client stands alone: nothing of the server is loaded, and its types are those of the service."""

import json
import os
import subprocess
import sys

from scripts import client_types

from tests import ROOT

SERVER = {
    "fastapi", "starlette", "pydantic", "uvicorn", "pyoxigraph", "rdflib", "pyshacl", "click", "icalendar", "yaml", "brotli",
    "SPARQLWrapper", "prometheus_client",
}  # fmt: skip


def loaded(*options: str) -> set[str]:
    """The modules of a new interpreter that has imported the client."""
    program = "import json, sys; from sg17kg.client import Client; Client().close(); print(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, *options, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_client_loads_nothing_of_the_server() -> None:
    modules = loaded()
    assert "sg17kg.client.client" in modules
    assert {module.partition(".")[0] for module in modules} & SERVER == set()
    own = {module for module in modules if module.startswith("sg17kg.") and not module.startswith("sg17kg.client")}
    assert own == {"sg17kg.errors", "sg17kg.namespaces"}


def test_the_client_runs_where_nothing_is_installed() -> None:
    strangers = {module.partition(".")[0] for module in loaded("-S")} - set(sys.stdlib_module_names) - {"__main__", "sg17kg"}
    assert strangers == set()


def test_the_types_are_those_of_the_service() -> None:
    assert client_types.TARGET.read_text("utf-8") == client_types.generate(), "run `python scripts/client_types.py`"
    assert client_types.REFERENCE.read_text("utf-8") == client_types.reference(), "run `python scripts/client_types.py`"
