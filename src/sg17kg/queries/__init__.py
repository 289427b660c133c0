"""Query library: the files below queries/, binding of their parameters, and the queries of tables."""
