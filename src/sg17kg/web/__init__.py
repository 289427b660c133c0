"""The service over HTTP: REST, SPARQL, dereferenceable things, dumps."""
