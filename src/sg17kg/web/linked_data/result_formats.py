"""Choose the format of a SPARQL result by Accept, and by `format`, `output` and `results` of older clients.

In the SPARQL 1.1 Protocol, only Accept chooses the format. SPARQLWrapper also sends the three parameters, rdflib's SERVICE sends `output`,
and people who paste a URL into a browser use `format`. Such a parameter decides between formats that Accept ranks equally. It is ignored if
it names no format, or a format that this kind of result does not have.
"""

from collections.abc import Iterable
from functools import lru_cache

from sg17kg import formats
from sg17kg.rendering.media_types import equally_wanted

WISHES = ("format", "output", "results")
_BY_TYPE = {entry.media_type: entry.name for entry in (*formats.RESULTS, *formats.RDF)}
_SOLUTIONS = tuple(entry.media_type for entry in formats.RESULTS)
_JSON, _XML, _CSV, _TSV = _SOLUTIONS
_TURTLE, _JSON_LD, _N_TRIPLES, _RDF_XML = _TRIPLES = tuple(formats.BY_NAME[name].media_type for name in ("ttl", "jsonld", "nt", "rdfxml"))
_ALIASES = {"application/json": _JSON, "application/xml": _XML}
OFFERED = {"solutions": (*_SOLUTIONS, *_ALIASES), "boolean": (_JSON, _XML, *_ALIASES), "triples": _TRIPLES}
# Values of these parameters, and their media types: the first that the kind of result has is used
_NAMES = {
    ("json",): (_JSON, _JSON_LD),
    ("application/json",): ("application/json", _JSON_LD),
    ("xml",): (_XML, _RDF_XML),
    ("application/xml", "text/xml"): ("application/xml", _RDF_XML),
    ("sparql-results+json", "sparql-json", "srj"): (_JSON,),
    ("sparql-results+xml", "sparql-xml", "srx"): (_XML,),
    ("csv",): (_CSV,),
    ("tsv",): (_TSV,),
    ("turtle", "ttl", "n3", "application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"): (_TURTLE,),
    ("json-ld", "jsonld", "ld+json", "application/x-json+ld"): (_JSON_LD,),
    ("nt", "ntriples", "n-triples"): (_N_TRIPLES,),
    ("rdf", "rdf+xml", "rdf/xml", "rdf-xml", "rdfxml"): (_RDF_XML,),
}
_WISHED = {name: types for names, types in _NAMES.items() for name in names} | {name: (name,) for name in (*_SOLUTIONS, *_TRIPLES)}
_PAGE = "text/html"


def wished(fields: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the media types that the parameters of a request ask for, in order, without values that name no format.

    An unescaped `+` arrives as a blank, and is restored.
    """
    values = (value.partition(";")[0].strip().lower().replace(" ", "+") for name, value in fields if name in WISHES)
    return tuple(dict.fromkeys(media_type for value in values for media_type in _WISHED.get(value, ())))


@lru_cache(maxsize=256)
def negotiated(accept: str, wishes: tuple[str, ...]) -> tuple[dict[str, str | None], dict[str, str | None]]:
    """Return the media type for each kind of result, and the format that it names; None if Accept takes none of them."""
    wanted = {kind: _chosen(accept, wishes, offered) for kind, offered in OFFERED.items()}
    return wanted, {kind: _BY_TYPE[_ALIASES.get(media_type, media_type)] if media_type else None for kind, media_type in wanted.items()}


def _chosen(accept: str, wishes: tuple[str, ...], offered: tuple[str, ...]) -> str | None:
    equal = equally_wanted(accept, offered)
    # a browser prefers HTML, and its other media types are fixed: they are no choice of its user
    open_to = [entry for entry in offered if equally_wanted(accept, (entry,))] if _wants_page(accept, offered) else equal
    return next((wish for wish in wishes if wish in open_to), equal[0] if equal else None)


def _wants_page(accept: str, offered: tuple[str, ...]) -> bool:
    return equally_wanted(accept, (_PAGE, *offered)) == [_PAGE]
