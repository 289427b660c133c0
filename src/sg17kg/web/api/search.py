"""GET /api/v1/search and /api/v1/resolve."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from sg17kg.search.index import Found, SearchIndex
from sg17kg.web import models
from sg17kg.web.api.links import resource
from sg17kg.web.api.parameters import Cursor, Lang, Limit, best_language, languages, paginate, reject_unknown_parameters
from sg17kg.web.dependencies import ContextDep
from sg17kg.web.known import known_as_model
from sg17kg.web.problem_details import Missing

router = APIRouter(prefix="/api/v1", tags=["Search"], dependencies=[Depends(reject_unknown_parameters)])
Words = Annotated[str, Query(min_length=1, max_length=200, description="Number, name, or words of a title, in any language")]
Printed = Annotated[str, Query(min_length=1, max_length=200, description="x1280, ITU-T X.1280, X.OOB-SA, Q10/17, SG17-R25@2025-2028")]
Kind = Annotated[str | None, Query(max_length=40, description="Only things of this class (Recommendation, WorkItem, Question)")]


@router.get("/search")
def search(
    request: Request, served: ContextDep, q: Words, kind: Kind = None, lang: Lang = None, limit: Limit = 50, cursor: Cursor = None
) -> models.Page[models.Found]:
    """What bears the name, or one that begins so; then what has the words in its titles, the best first."""
    index = served.index.get()
    found = [entry for entry in index.search(q) if kind is None or entry.type.casefold() == kind.casefold()]
    wanted = languages(request, lang)
    chosen = paginate(request, found, limit, cursor)
    items = [found_as_model(request, index, entry, wanted) for entry in chosen.items]
    return models.Page[models.Found](items=items, next=chosen.next, total=chosen.total, known_until=known_as_model(served))


@router.get("/resolve", responses={300: {"model": models.Candidates, "description": "Several things of one kind bear it"}})
def resolve(request: Request, served: ContextDep, id_: Annotated[Printed, Query(alias="id")], lang: Lang = None) -> models.Resolved:
    """The thing that a printed form means. Where several of one kind bear it, 300 and all of them."""
    index = served.index.get()
    found = index.resolve(id_)
    if not found:
        detail = f"nothing bears {id_!r}; /api/v1/search?q= finds by words"
        raise Missing(detail, {"known_until": known_as_model(served).model_dump()})
    best, *others = found
    wanted = languages(request, lang)
    if others and others[0].type == best.type:
        same = [found_as_model(request, index, entry, wanted) for entry in found if entry.type == best.type]
        answer = models.Candidates(id=id_, candidates=same)
        return Response(answer.model_dump_json(), 300, media_type="application/json")  # type: ignore[return-value]
    return models.Resolved(
        id=id_,
        iri=best.iri,
        kind=best.type,
        label=best.label,
        url=resource(request, best.iri),
        others=[found_as_model(request, index, entry, wanted) for entry in others],
    )


def found_as_model(request: Request, index: SearchIndex, found: Found, wanted: tuple[str, ...]) -> models.Found:
    """Return a search result as a model, with its URL on this host and its title in the preferred language."""
    titles = [models.Title(lang=language, value=text) for language, text in index.titles(found.iri)]
    return models.Found(
        iri=found.iri, url=resource(request, found.iri), type=found.type, label=found.label, title=best_language(titles, wanted)
    )
