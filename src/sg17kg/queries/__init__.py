"""Query library: read queries/*.rq, bind their parameters, make tables of their results."""
