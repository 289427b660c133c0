"""Facts of documents and catalogues as RDF statements, each with the lines that state it."""
