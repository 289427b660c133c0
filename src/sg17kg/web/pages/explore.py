"""GET /explore and /explore.json: a thing and its neighbours, as a table and as nodes and edges."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Response
from starlette.responses import JSONResponse

from sg17kg.errors import BadParameter, NotFound
from sg17kg.namespaces import BASE, PREFIXES
from sg17kg.store.base import NamedNode, Row, value
from sg17kg.web.api.parameters import reject_unknown_parameters
from sg17kg.web.pages.page_context import Page, PageContext

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
Thing = Annotated[str, Query(max_length=300, description="The path of a thing: rec/X.1280")]
# Left out because they would fill every diagram: classes, stages, and the traces of rules
_LEFT_OUT = frozenset((PREFIXES["rdf"] + "type", PREFIXES["prov"] + "wasDerivedFrom", PREFIXES["prov"] + "wasGeneratedBy"))
_LEFT_OUT_KINDS = ("/state/", "/inference/", "/outcome", "/lines/", "/finding/", "/evidence/", "sg17kg/source/", "/ontology#")
_MOST = 80
_START = "rec/X.1280"
# The class by which the legend names a family of things
_NAMES = {
    "rec": "Recommendation",
    "sup": "Supplement",
    "tr": "TechnicalReport",
    "work-item": "WorkItem",
    "draft": "Draft",
    "question": "Question",
    "circular": "Circular",
    "collective-letter": "CollectiveLetter",
    "report": "Report",
    "td": "TemporaryDocument",
    "meeting": "Meeting",
    "consultation": "Consultation",
    "sg": "StudyGroup",
    "group": "Group",
    "body": "Body",
    "period": "StudyPeriod",
    "resolution": "Resolution",
    "series": "Series",
    "standard": "Standard",
    "conflict": "Conflict",
}


@dataclass(frozen=True)
class Edge:
    """An edge: the property (IRI and English name), the other thing (IRI and name), and whether it points to that thing."""

    property: str
    name: str
    other: str
    label: str
    outward: bool


@router.get("/explore", include_in_schema=False)
def explore(v: Page, thing: Thing = _START) -> Response:
    """The page: a table that says the same as the picture."""
    meant = v.served.index.get().resolve(thing) if "/" not in thing or thing.startswith("Q") else []
    if meant:
        path = meant[0].iri.removeprefix(BASE)
        return Response(status_code=303, headers={"Location": v.to("/explore", thing=path), "Vary": "Accept-Language"})
    iri = _iri(thing)
    edges = _edges(v, iri)
    by_property: dict[tuple[str, str, bool], list[Edge]] = {}
    for edge in edges:
        by_property.setdefault((edge.property, edge.name, edge.outward), []).append(edge)
    return v.page("explore", iri=iri, path=thing, name=v.name(iri, _label(v, iri)), groups=by_property, most=_MOST)


@router.get("/explore.json", include_in_schema=False)
def explore_data(v: Page, thing: Thing = _START) -> Response:
    """Nodes (id, label, kind, href, path) and edges (id, source, target, label)."""
    iri = _iri(thing)
    edges = _edges(v, iri)
    nodes = {iri: _node(v, iri, _label(v, iri))}
    nodes |= {edge.other: _node(v, edge.other, edge.label) for edge in edges[:_MOST] if edge.other != iri}
    joints = []
    for edge in edges[:_MOST]:
        source, target = (iri, edge.other) if edge.outward else (edge.other, iri)
        joints.append({"id": f"{source} {edge.property} {target}", "source": source, "target": target, "label": edge.name})
    return JSONResponse(
        {"nodes": list(nodes.values()), "edges": joints, "more": max(0, len(edges) - _MOST)}, headers={"Vary": "Accept-Language"}
    )


def _iri(path: str) -> str:
    if path.startswith(BASE):
        path = path.removeprefix(BASE)
    if "://" in path or path.startswith("/"):
        raise BadParameter(f"parameter 'thing': {path[:80]!r} is no thing of this graph; give its path, like {_START}")
    return BASE + quote(path, safe="/:.-~_%")


def _label(v: PageContext, iri: str) -> str | None:
    rows = v.served.rows("thing-statements", thing=iri)
    if not rows:
        raise NotFound(f"nothing is known of {iri}; /find looks for things by name")
    labels = (value(row, "value") for row in rows if value(row, "property") == PREFIXES["rdfs"] + "label")
    return next(labels, None)


def _edges(v: PageContext, iri: str) -> list[Edge]:
    found: dict[tuple[str, str, bool], Edge] = {}
    for name, outward in (("thing-statements", True), ("thing-references", False)):
        for row in v.served.rows(name, thing=iri):
            edge = _edge(row, outward)
            if edge:
                found.setdefault((edge.property, edge.other, outward), edge)
    twice = {(edge.other, edge.outward) for edge in found.values()}
    # where both directions are stated (a property and its inverse), the one that leads away is enough
    return [edge for edge in found.values() if edge.outward or (edge.other, True) not in twice]


def _edge(row: Row, outward: bool) -> Edge | None:
    term, property_ = row.get("value"), value(row, "property") or ""
    if not isinstance(term, NamedNode) or property_ in _LEFT_OUT or not term.value.startswith(BASE):
        return None
    if any(part in term.value for part in _LEFT_OUT_KINDS):
        return None
    name = value(row, "property_name") or property_.rpartition("#")[2].rpartition("/")[2]
    return Edge(property_, name, term.value, value(row, "name") or term.value.removeprefix(BASE), outward)


def _node(v: PageContext, iri: str, label: str | None) -> dict[str, str]:
    tail = iri.removeprefix(BASE)
    return {
        "id": iri,
        "label": v.name(iri, label).striptags(),
        "kind": _kind(tail),
        "kind_name": v.plain_term("type", _NAMES.get(_kind(tail), "Concept")),
        "href": v.thing(iri),
        "path": tail,
    }


def _kind(tail: str) -> str:
    """Return the family of a thing from its path: rec, work-item, question…; a part (a task, an edition) has the family of the whole."""
    return tail.partition("/")[0]
