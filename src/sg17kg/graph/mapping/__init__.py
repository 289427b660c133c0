"""Mapping of facts of documents and catalogues to triples, each with the lines that state it."""
