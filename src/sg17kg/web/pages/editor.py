"""GET /editor, /editor/{name} and /queries: SPARQL editor with examples, and links that carry a query."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import JSONResponse

from sg17kg.errors import BadParameter
from sg17kg.namespaces import ONTOLOGY, PREFIXES
from sg17kg.rendering.code_labels import N_
from sg17kg.store.base import RdfLiteral, value
from sg17kg.web.api.parameters import reject_repeated_parameters, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.middleware.content_security_policy import EDITOR_POLICY
from sg17kg.web.pages.page_context import Page, PageContext

router = APIRouter()
Sparql = Annotated[str | None, Query(max_length=100_000, description="A query to begin with")]
_GROUPS = (
    ("questions", N_("What people ask")),
    ("lists", N_("Lists")),
    ("resources", N_("What pages are made of")),
    ("tables", N_("Tables of the dump")),
)
_START = "question-owning"
_OFFERED_PREFIXES = ("sg17", "rdf", "rdfs", "skos", "dcterms", "prov", "xsd", "owl", "org")
_OWN = ("lang", "on")


@router.get("/editor", include_in_schema=False, dependencies=[Depends(reject_unknown_parameters)])
def editor(v: Page, query: Sparql = None) -> Response:
    """The editor, empty of a query with the best known example."""
    start = v.served.catalogue.get(_START)
    return _page(v, query if query is not None else _body(start.header.summary, start.text), None)


@router.get("/editor/{name}", include_in_schema=False)
def editor_with(name: str, request: Request, v: Page) -> Response:
    """A query of the catalogue, its parameters bound from the address. Raises NotFound, BadParameter."""
    query = v.served.catalogue.get(name)
    reject_repeated_parameters(request)
    arguments = dict(request.query_params)
    for own in _OWN:
        if own not in query.header.parameters:
            arguments.pop(own, None)
    needed = {key: str(given) for key, given in query.header.example.items() if query.header.parameters[key].required}
    return _page(v, _body(query.header.summary, query.bind({**needed, **arguments})), name)


def _body(summary: str, text: str) -> str:
    """Return a query without the header of its file, which is for programs; its question stays as a comment."""
    lines = [line for line in text.splitlines() if not line.startswith("#+")]
    return "\n".join((f"# {summary}", *lines)) + "\n"


@router.get("/editor-terms.json", include_in_schema=False, dependencies=[Depends(reject_unknown_parameters)])
def terms(served: ContextDep) -> Response:
    """What the editor completes: our terms with their definitions, and prefixes."""
    found: dict[str, dict[str, Any]] = {}
    for row in served.rows("ontology-terms"):
        iri, label, definition = value(row, "term") or "", row.get("label"), row.get("definition")
        entry = found.setdefault(
            iri, {"iri": iri, "name": "sg17:" + iri.removeprefix(ONTOLOGY), "type": value(row, "type"), "definition": ""}
        )
        if isinstance(label, RdfLiteral) and label.language == "en" and isinstance(definition, RdfLiteral):
            entry["definition"] = definition.value
    prefixes = {name: PREFIXES[name] for name in _OFFERED_PREFIXES if name in PREFIXES}
    return JSONResponse({"terms": list(found.values()), "prefixes": prefixes})


@router.get("/queries", include_in_schema=False, dependencies=[Depends(reject_unknown_parameters)])
def catalogue(v: Page) -> Response:
    """The questions that the graph answers, in groups, each with what it takes and gives."""
    return v.page("queries", groups=_examples(v, whole=True))


def _page(v: PageContext, sparql: str, name: str | None) -> Response:
    if "\x00" in sparql:
        raise BadParameter("parameter 'query': a query holds no NUL")
    return v.page("editor", headers={"Content-Security-Policy": EDITOR_POLICY}, sparql=sparql, name=name, groups=_examples(v, whole=False))


def _examples(v: PageContext, whole: bool) -> list[tuple[Any, list[Any]]]:
    groups = _GROUPS if whole else _GROUPS[:2]
    return [(v.language.say(heading), list(v.served.catalogue.group(name))) for name, heading in groups]
