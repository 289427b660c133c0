"""Namespaces of the graph as strings, so that the service needs no RDF library for them."""

BASE = "https://w3id.org/sg17kg/"
ONTOLOGY = BASE + "ontology#"
VOCABULARY = BASE + "vocabulary/"
GRAPH = BASE + "graph/"

# graphs of letters in this language were published before there were letters in others, so their names contain no language
FIRST_LANGUAGE = "zh"

PREFIXES: dict[str, str] = {
    "sg17": ONTOLOGY,
    "kg": BASE,
    "voc": VOCABULARY,
    "dcterms": "http://purl.org/dc/terms/",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sto": "https://w3id.org/i40/sto#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
