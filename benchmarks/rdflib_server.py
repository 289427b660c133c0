"""rdflib-endpoint as a yardstick: `python -m benchmarks.rdflib_server QUADS PORT`. It is installed by requirements/bench.txt."""

import sys

import uvicorn
from rdflib import Graph
from rdflib_endpoint import SparqlEndpoint

from sg17kg.store.sorted_nquads import Original

if __name__ == "__main__":
    graph = Graph()
    with open(sys.argv[1], "rb") as file:  # noqa: PTH123 - kept open while it is read
        graph.parse(Original(file).triples(), format="nt")
    app = SparqlEndpoint(graph=graph, path="/", cors_enabled=True)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="critical", access_log=False)
