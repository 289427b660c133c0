"""HTTP service: REST, pages, SPARQL, linked data, dumps."""
