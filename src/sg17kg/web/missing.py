"""Not-found errors with hints: the nearest names, the page at ITU, and up to when the sources were read."""

import re
from bisect import bisect
from collections.abc import Callable
from urllib.parse import unquote

from fastapi import Request

from sg17kg.namespaces import BASE
from sg17kg.search.index import Found
from sg17kg.search.tokens import natural
from sg17kg.web import models
from sg17kg.web.api.links import resource
from sg17kg.web.dependencies import DatasetContext
from sg17kg.web.known import known_as_model
from sg17kg.web.problem_details import Missing

_BESIDE = 3  # neighbours named on each side
_LONGEST = 100  # characters; no name is longer
_SERIES = re.compile(r"[^.0-9]*")
_NUMBER = re.compile(r"rec/([A-Z]\.[0-9]+(?:\.[0-9]+)*)")
_CIRCULAR = re.compile(r"(?:circular|consultation)/(?:20([0-9]{2}))-[0-9]{4}/[0-9]+")
STUDY_GROUP = "https://www.itu.int/en/ITU-T/studygroups/2025-2028/17/Pages/default.aspx"
_TEXTS = "https://www.itu.int/itu-t/recommendations/"
# Pages at ITU by kind of thing: the address of a text has its number, that of circulars the first year of their study period
_AT_ITU: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_NUMBER, lambda found: f"https://www.itu.int/rec/T-REC-{found[1]}"),
    (re.compile(r"(?:rec|sup|tr)/"), lambda _: _TEXTS),
    (_CIRCULAR, lambda found: f"https://www.itu.int/md/T{found[1]}-TSB-CIR/en"),
    (re.compile(r"work-item/"), lambda _: "https://www.itu.int/ITU-T/workprog/wp_search.aspx?sg=17"),
    (re.compile(r"(?:question|meeting|td|report|collective-letter)/"), lambda _: STUDY_GROUP),
)


def missing(request: Request, served: DatasetContext, iri: str, detail: str) -> Missing:
    """Return the error for a thing about which nothing is known."""
    path = iri.removeprefix(BASE)
    near = [
        models.Reference(name=found.label, iri=found.iri, url=resource(request, found.iri)).model_dump() for found in _nearest(served, iri)
    ]
    at_itu = next((address(found) for pattern, address in _AT_ITU if (found := pattern.match(path))), None)
    known = known_as_model(served).model_dump()
    return Missing(detail, {"asked": iri, "nearest": near, "at_itu": at_itu, "known_until": known})


def _nearest(served: DatasetContext, iri: str) -> list[Found]:
    """Return things of another kind with the same name, then the neighbours of the IRI in order of number, within its series."""
    folder, _, name = iri.rpartition("/")
    if len(name) > _LONGEST:
        return []
    beginning = _SERIES.match(unquote(name))
    series = beginning[0].casefold() if beginning else ""
    index = served.index.get()
    siblings = [
        (natural(tail), found)
        for found in index.below(f"{folder}/")
        if (tail := unquote(found.iri.rpartition("/")[2])).casefold().startswith(series) and tail[:1].isdecimal() == name[:1].isdecimal()
    ]
    siblings.sort(key=lambda entry: entry[0])
    place = bisect([order for order, _ in siblings], natural(unquote(name)))
    beside = [found for _, found in siblings[max(place - _BESIDE, 0) : place + _BESIDE]]
    # a thing with the same name is of another kind
    return list({found.iri: found for found in (*index.resolve(unquote(name))[:_BESIDE], *beside)}.values())
