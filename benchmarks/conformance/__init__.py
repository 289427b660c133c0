"""The W3C's SPARQL 1.1 test suite over HTTP against the service, beside pyoxigraph in this process."""
