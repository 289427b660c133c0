"""Links to the other formats of a thing."""

from sg17kg import formats
from sg17kg.namespaces import BASE
from sg17kg.web.api.links import resource_path

_RDF = tuple(entry for entry in formats.RDF if not entry.quads or entry.name == "jsonld")
_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdfxml": "RDF/XML"}


def data_formats(iri: str) -> list[tuple[str, str, str]]:
    """Return (name, address, media type) of each RDF format, and of JSON."""
    path = "/" + iri.removeprefix(BASE)
    found = [(_NAMES[entry.name], f"{path}.{entry.extension}", entry.media_type) for entry in _RDF]
    rest = resource_path(iri)
    return [*found, ("JSON (linked)", f"{path}.json", "application/json"), *([("JSON (REST)", rest, "application/json")] if rest else [])]
