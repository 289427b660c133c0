"""Dereference every IRI of the graph, in HTML, JSON-LD, Turtle, N-Triples, RDF/XML, JSON; citations of texts.

An extension takes precedence over `?format=`, and `?format=` over Accept. Only a known extension is cut off, because numbers contain dots
(X.1080.0). A path in another case or another printed form redirects to the IRI (301). A path with several meanings lists all of them (300).
An IRI that was published and is no longer used is gone (410).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import quote, unquote, urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from sg17kg import formats
from sg17kg.errors import BadParameter
from sg17kg.namespaces import BASE
from sg17kg.rendering.citations import STYLES
from sg17kg.rendering.linked_data import Literal, Triple, framed
from sg17kg.rendering.media_types import choose
from sg17kg.search.index import Found
from sg17kg.store.base import RdfLiteral, Row, Term, value
from sg17kg.web import models
from sg17kg.web.api.links import local, resource_path, root
from sg17kg.web.api.parameters import Day, Lang, accept, languages, reject_unknown_parameters
from sg17kg.web.api.search import found_as_model
from sg17kg.web.dependencies import ContextDep, DatasetContext
from sg17kg.web.linked_data.citations import cited
from sg17kg.web.missing import missing
from sg17kg.web.pages.page_context import view_of
from sg17kg.web.pages.resources import page_of
from sg17kg.web.problem_details import HttpProblem

KINDS = (
    "rec", "sup", "tr", "work-item", "draft", "question", "circular", "collective-letter", "report", "td", "meeting",
    "consultation", "sg", "group", "body", "period", "resolution", "series", "standard", "source", "evidence", "vocabulary", "conflict",
    "bulletin", "decision", "inference", "announcement", "subseries", "working-party", "responsibility",
)  # fmt: skip
CITED_KINDS = ("rec", "sup", "tr")
CONTEXT = "/context.jsonld"
_TEXTS, _LONGEST_TAIL = ("Recommendation", "Supplement", "TechnicalReport"), 100
_HTML, _JSON, _JSON_LD = "text/html", "application/json", "application/ld+json"
RDF = tuple(entry for entry in formats.RDF if not entry.quads or entry.name == "jsonld")
_TYPES = (*(entry.media_type for entry in RDF), _HTML, _JSON)
_EXTENSIONS = {entry.media_type: entry.extension for entry in RDF} | {_HTML: "html", _JSON: "json"}
_CITATIONS = {style.media_type: style for style in STYLES}
_BY_NAME = (
    {entry.name: entry.media_type for entry in RDF}
    | {extension: media_type for media_type, extension in _EXTENSIONS.items()}
    | {style.extension: style.media_type for style in STYLES}
)


def router() -> APIRouter:
    """Return a router with one route for each kind of thing, so that no other path is matched."""
    routes = APIRouter(tags=["Things"], dependencies=[Depends(reject_unknown_parameters)])
    for kind in KINDS:
        routes.add_api_route(
            f"/{kind}/{{path:path}}", _route(kind), methods=["GET"], response_class=Response, name=f"thing-{kind}", responses=_RESPONSES
        )
    return routes


def _content(media_types: tuple[str, ...]) -> dict[str, object]:
    return {media_type: {"schema": {"type": "string"}} for media_type in media_types}


_RESPONSES: dict[int | str, dict[str, object]] = {
    200: {"description": "The thing in the format that was chosen", "content": _content((*_TYPES, *_CITATIONS))},
    300: {"description": "The path means several things", "model": models.Candidates},
    301: {"description": "The thing under its printed form"},
    410: {"description": "It was published, and is used no more"},
}


@dataclass(frozen=True)
class _Resource:
    """The parameters of a request for a thing: the format, and for a page its language and day."""

    format: str | None
    lang: str | None
    on: date | None


def _route(kind: str) -> Callable[..., Response]:
    def thing(
        path: str,
        request: Request,
        served: ContextDep,
        format_: Annotated[str | None, Query(alias="format")] = None,
        lang: Lang = None,
        on: Day = None,
    ) -> Response:
        return _thing(request, served, f"{kind}/{path}", _Resource(format_, lang, on))

    thing.__doc__ = f"What is said of a thing below /{kind}/, and what refers to it."
    return thing


def _thing(request: Request, served: DatasetContext, path: str, asked: "_Resource") -> Response:
    stem, extension = _cut(path)
    iri = BASE + quote(stem, safe="/:.-~_")
    types = served.rows("thing-known", thing=iri)
    if not types:
        return _elsewhere(request, served, iri, extension)
    offered = (*_TYPES, *_CITATIONS) if stem.partition("/")[0] in CITED_KINDS else _TYPES
    media_type = chosen(request, extension, asked.format, offered)
    if media_type != _HTML and (asked.lang or asked.on):
        raise BadParameter("lang and on are for pages; data holds every language and every day")
    return _answer(request, served, iri, types, media_type, lambda: page_of(request, iri, types, asked.lang, asked.on))


def _cut(path: str) -> tuple[str, str]:
    """Return a path without its extension, and the extension; the whole path and "" unless the extension is known."""
    stem, _, extension = path.rpartition(".")
    return (stem, extension) if stem and extension in _BY_NAME else (path, "")


def chosen(request: Request, extension: str, format_: str | None, offered: tuple[str, ...]) -> str:
    """Return the media type by extension, then by `format`, then by Accept.

    Raises BadParameter for an unknown format, and HttpProblem (406) if none fits.
    """
    named = extension or format_  # an empty extension means none, an empty format is an error
    if named is not None:
        if _BY_NAME.get(named) not in offered:
            known = sorted(name for name, media_type in _BY_NAME.items() if media_type in offered)
            raise BadParameter(f"unknown format {named[:40]!r}; there are: {', '.join(known)}")
        return _BY_NAME[named]
    wanted = choose(accept(request), offered)
    if wanted is None:
        raise HttpProblem(406, f"this can be had as {', '.join(offered)}")
    return wanted


def _elsewhere(request: Request, served: DatasetContext, iri: str, extension: str) -> Response:
    """Return the redirect or the list of candidates for an IRI that the graph does not have. Raises Missing."""
    meant = _meant(served, iri)
    suffix = f".{extension}" if extension else ""
    if len(meant) == 1:
        asked = urlencode(request.query_params.multi_items())
        query = f"?{asked}" if asked else ""
        return Response(status_code=301, headers={"Location": f"{root(request)}{local(meant[0].iri)}{suffix}{query}"})
    if meant:
        wanted = languages(request, None)
        candidates = models.Candidates(
            id=iri.removeprefix(BASE), candidates=[found_as_model(request, served.index.get(), found, wanted) for found in meant]
        )
        links = ", ".join(f'<{root(request)}{local(found.iri)}>; rel="alternate"' for found in meant)
        if choose(accept(request), (_JSON, _HTML)) == _HTML:
            return view_of(request, None, None).page("candidates", 300, {"Link": links}, candidates=candidates.candidates)
        return Response(candidates.model_dump_json(), 300, {"Link": links}, media_type=_JSON)
    raise missing(request, served, iri, f"nothing is known of {iri}")


def _meant(served: DatasetContext, iri: str) -> list[Found]:
    """Return the things that a path can mean: in another case, else by a printed form of their names (rec/X1280, circular/104)."""
    index = served.index.get()
    same = index.any_case(iri)
    if same:
        return [Found(found, "", found.removeprefix(BASE)) for found in same]
    kind, _, tail = iri.removeprefix(BASE).partition("/")
    named = {found.iri: found for typed in (unquote(tail), f"{kind} {unquote(tail)}") for found in index.resolve(typed)}
    meant = [found for found in named.values() if found.iri.startswith(f"{BASE}{kind}/")]
    return meant or _below(served, kind, tail)


def _below(served: DatasetContext, kind: str, tail: str) -> list[Found]:
    """Return the things below a text that the path names by another of its numbers: rec/D.1140/2020-08."""
    if kind not in CITED_KINDS or len(tail) > _LONGEST_TAIL:
        return []
    cuts = [place for place, character in enumerate(tail) if character == "/"][::-1]
    texts = [(found.iri, tail[cut:]) for cut in cuts for found in served.index.get().resolve(unquote(tail[:cut])) if found.type in _TEXTS]
    children = [f"{text}{below}" for text, below in texts if text.startswith(f"{BASE}{kind}/")]
    return [Found(iri, "", iri.removeprefix(BASE)) for iri in children if served.rows("thing-known", thing=iri)]


def _answer(
    request: Request, served: DatasetContext, iri: str, types: list[Row], media_type: str, page: Callable[[], Response]
) -> Response:
    """Return a thing in a format. `types` are the rows of thing-known. Raises HttpProblem (410) if its IRI is no longer used."""
    if any(row.get("deprecated") for row in types):
        instead = ", ".join(dict.fromkeys(other for row in types if (other := value(row, "replaced_by"))))
        raise HttpProblem(410, f"{iri} is used no more" + (f"; see {instead}" if instead else ""))
    headers = {"Vary": "Accept, Accept-Language", "Link": _links(request, iri)}
    headers["Content-Location"] = f"{root(request)}{local(iri)}.{_EXTENSIONS.get(media_type) or _CITATIONS[media_type].extension}"
    if media_type != _HTML:
        return Response(_written(request, served, iri, media_type), media_type=media_type, headers=headers)
    answer = page()
    answer.headers.update(headers)
    return answer


def _written(request: Request, served: DatasetContext, iri: str, media_type: str) -> bytes:
    if media_type in _CITATIONS:
        return _CITATIONS[media_type].write(cited(served, iri))
    answer = served.ask("thing", {"thing": iri})
    if media_type in (_JSON, _JSON_LD):
        triples = [_plain(triple) for triple in answer.triples()]
        return framed(iri, triples, served.context, root(request) + CONTEXT)
    return answer.serialize(next(entry.name for entry in RDF if entry.media_type == media_type))


def _plain(triple: tuple[Term, Term, Term]) -> Triple:
    subject, predicate, given = triple
    return (
        subject.value,
        predicate.value,
        Literal(given.value, given.datatype, given.language) if isinstance(given, RdfLiteral) else given.value,
    )


def _links(request: Request, iri: str) -> str:
    """Return the Link header: the canonical IRI, the other formats, and the REST resource that describes the thing."""
    here = f"{root(request)}{local(iri)}"
    links = [f'<{iri}>; rel="canonical"']
    links += [f'<{here}.{extension}>; rel="alternate"; type="{media_type}"' for media_type, extension in _EXTENSIONS.items()]
    if iri.removeprefix(BASE).partition("/")[0] in CITED_KINDS:
        links += [f'<{here}.{style.extension}>; rel="cite-as alternate"; type="{style.media_type}"' for style in STYLES]
    if rest := resource_path(iri):
        links.append(f'<{root(request)}{rest}>; rel="describedby"; type="{_JSON}"')
    return ", ".join(links)
