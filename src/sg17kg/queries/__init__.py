"""The query catalogue: every SPARQL query of the project is a file in queries/, and this package makes text of it."""
