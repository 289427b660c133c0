"""SPARQL, every resource in every RDF format, the ontology, dumps and feeds."""
