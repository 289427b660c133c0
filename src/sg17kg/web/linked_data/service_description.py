"""SPARQL service description, and the description of the dataset in VoID and DCAT."""

from collections.abc import Iterable

from anyio import to_thread
from fastapi import APIRouter, Depends, Request, Response

from sg17kg import formats
from sg17kg.namespaces import BASE, ONTOLOGY, PREFIXES
from sg17kg.rendering.media_types import choose
from sg17kg.store.base import Row, value
from sg17kg.store.embedded_results import answer_from
from sg17kg.web.api.links import root
from sg17kg.web.api.parameters import accept, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.linked_data.dumps import made
from sg17kg.web.problem_details import problem

router = APIRouter(tags=["Dataset"], dependencies=[Depends(reject_unknown_parameters)])
_TYPE = PREFIXES["rdf"] + "type"
_DCTERMS, _XSD = PREFIXES["dcterms"], PREFIXES["xsd"]
_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCAT = "http://www.w3.org/ns/dcat#"
_FORMATS = "http://www.w3.org/ns/formats/"
_SPDX = "http://spdx.org/rdf/terms#"
_CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
_RESULTS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
)
_OFFERED = tuple(entry for entry in formats.RDF if entry.name in ("ttl", "jsonld", "nt", "rdfxml"))
DATASET = BASE + "dataset"
Triple = tuple[str, str, str]


@router.get("/.well-known/void", response_class=Response)
async def void(request: Request, served: ContextDep) -> Response:
    """The dataset in VoID and DCAT: graphs, classes and properties with their counts, dumps with their SHA-256."""
    return await _described(request, served)


@router.get("/dataset", response_class=Response)
async def dataset_description(request: Request, served: ContextDep) -> Response:
    """The same as /.well-known/void, at the address of the dataset."""
    return await _described(request, served)


async def _described(request: Request, served: DatasetContext) -> Response:
    await made(request, served.dumps.all)
    return await to_thread.run_sync(lambda: _written(request, dataset(request, served)))


@router.get("/sparql", response_class=Response, tags=["SPARQL"])
def sparql_description(request: Request, served: ContextDep) -> Response:
    """A query as the parameter `query` is answered; without any parameter, what the endpoint can do, and its graphs.

    Source: SPARQL 1.1 Service Description.
    """
    if choose(accept(request), [*(entry.media_type for entry in _OFFERED), "text/html"]) == "text/html":
        return Response(status_code=303, headers={"Location": "/editor", "Vary": "Accept"})
    endpoint = root(request) + "/sparql"
    graphs = DATASET + "/graphs"
    triples = [
        (endpoint, _TYPE, _iri(_SD + "Service")),
        (endpoint, _SD + "endpoint", _iri(endpoint)),
        (endpoint, _SD + "supportedLanguage", _iri(_SD + "SPARQL11Query")),
        (endpoint, _SD + "feature", _iri(_SD + "UnionDefaultGraph")),
        (endpoint, _SD + "defaultDataset", _iri(graphs)),
        (graphs, _TYPE, _iri(_SD + "Dataset")),
        (graphs, _SD + "defaultGraph", _iri(DATASET)),
        (DATASET, _TYPE, _iri(_SD + "Graph")),
    ]
    triples += [(endpoint, _SD + "resultFormat", _iri(_FORMATS + name)) for name in _RESULTS]
    for row in served.rows("dataset-graphs"):
        name = value(row, "graph") or ""
        described = f"{name}#description"
        triples += [
            (graphs, _SD + "namedGraph", _iri(described)),
            (described, _TYPE, _iri(_SD + "NamedGraph")),
            (described, _SD + "name", _iri(name)),
            (described, _SD + "graph", _iri(name)),
            (name, _TYPE, _iri(_SD + "Graph")),
            (name, _VOID + "triples", _number(value(row, "statements"))),
        ]
    return _written(request, triples)


def dataset(request: Request, served: DatasetContext) -> Iterable[Triple]:
    """Yield the triples that describe the dataset."""
    yield DATASET, _TYPE, _iri(_VOID + "Dataset")
    yield DATASET, _TYPE, _iri(_DCAT + "Dataset")
    yield DATASET, _DCTERMS + "title", '"Knowledge graph of ITU-T Study Group 17"@en'
    yield DATASET, _DCTERMS + "license", _iri(_CC0)
    yield DATASET, _DCTERMS + "identifier", f'"{served.store.version}"'
    yield DATASET, _VOID + "vocabulary", _iri(ONTOLOGY)
    yield DATASET, _VOID + "uriSpace", f'"{BASE}"'
    yield DATASET, _VOID + "sparqlEndpoint", _iri(root(request) + "/sparql")
    yield from _counts(served)
    yield from _sources(served)
    for name, file in served.dumps.all().items():
        address = f"{root(request)}/dumps/{name}"
        yield DATASET, _VOID + "dataDump", _iri(address)
        yield DATASET, _DCAT + "distribution", _iri(address)
        yield address, _TYPE, _iri(_DCAT + "Distribution")
        yield address, _DCAT + "downloadURL", _iri(address)
        yield address, _DCAT + "mediaType", _iri(f"https://www.iana.org/assignments/media-types/{file.media_type}")
        yield address, _DCAT + "byteSize", _number(str(file.size))
        yield address, _SPDX + "checksum", _iri(f"{address}#sha256")
        yield f"{address}#sha256", _TYPE, _iri(_SPDX + "Checksum")
        yield f"{address}#sha256", _SPDX + "algorithm", _iri(_SPDX + "checksumAlgorithm_sha256")
        yield f"{address}#sha256", _SPDX + "checksumValue", f'"{file.sha256}"^^<{_XSD}hexBinary>'


def _sources(served: DatasetContext) -> Iterable[Triple]:
    """Yield triples about the external sources: publisher, address, day, what was taken, and what each says about its licence."""
    texts = (("publisher", "publisher"), ("taken", "description"), ("rights", "rights"))
    for row in served.rows("sources"):
        node = value(row, "source_iri") or ""
        yield DATASET, _DCTERMS + "source", _iri(node)
        yield node, _DCTERMS + "title", _text(value(row, "source") or "")
        yield node, _DCTERMS + "issued", f'"{value(row, "day")}"^^<{_XSD}date>'
        yield from ((node, _DCTERMS + name, _text(said)) for column, name in texts if (said := value(row, column)))
        if address := value(row, "address"):
            yield node, _DCAT + "landingPage", _iri(address)


def _counts(served: DatasetContext) -> Iterable[Triple]:
    """Yield the counts of triples, classes and properties; each partition is a dataset of its own, as in VoID."""
    properties = served.rows("dataset-properties")
    yield DATASET, _VOID + "triples", _number(str(sum(int(value(row, "triples") or 0) for row in properties)))
    yield DATASET, _VOID + "properties", _number(str(len(properties)))
    yield from _parts("property", properties, "triples", "triples")
    classes = served.rows("dataset-classes")
    yield DATASET, _VOID + "classes", _number(str(len(classes)))
    yield from _parts("class", classes, "things", "entities")


def _parts(by: str, rows: Iterable[Row], column: str, counted: str) -> Iterable[Triple]:
    """Yield the partitions of the dataset by property or class, each with its count."""
    for ordinal, row in enumerate(rows, start=1):
        part = f"{DATASET}/{by}/{ordinal}"
        yield DATASET, f"{_VOID}{by}Partition", _iri(part)
        yield part, _VOID + by, _iri(value(row, by) or "")
        yield part, _VOID + counted, _number(value(row, column))


def _iri(text: str) -> str:
    return f"<{text}>"


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"@en'


def _number(text: str | None) -> str:
    return f'"{text or 0}"^^<{_XSD}integer>'


def _written(request: Request, triples: Iterable[Triple]) -> Response:
    """Return triples in the requested RDF format."""
    wanted = choose(accept(request), [entry.media_type for entry in _OFFERED])
    if wanted is None:
        return problem(request, 406, f"this can be had as {', '.join(entry.media_type for entry in _OFFERED)}")
    name = next(entry.name for entry in _OFFERED if entry.media_type == wanted)
    text = "".join(sorted(f"<{s}> <{p}> {o} .\n" for s, p, o in triples))
    return Response(answer_from(text.encode(), "nt").serialize(name), media_type=wanted, headers={"Vary": "Accept"})
