"""Formats of query results and of RDF: name, media type, file extension."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """A format. `quads` is true if it supports named graphs."""

    name: str
    media_type: str
    extension: str
    quads: bool = False


RESULTS = (
    Format("json", "application/sparql-results+json", "srj"),
    Format("xml", "application/sparql-results+xml", "srx"),
    Format("csv", "text/csv", "csv"),
    Format("tsv", "text/tab-separated-values", "tsv"),
)
RDF = (
    Format("ttl", "text/turtle", "ttl"),
    Format("jsonld", "application/ld+json", "jsonld", quads=True),
    Format("nt", "application/n-triples", "nt"),
    Format("rdfxml", "application/rdf+xml", "rdf"),
    Format("nq", "application/n-quads", "nq", quads=True),
    Format("trig", "application/trig", "trig", quads=True),
)
BY_NAME = {entry.name: entry for entry in (*RESULTS, *RDF)}
