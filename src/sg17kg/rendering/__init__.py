"""Render results as bytes: RDF, citations, calendars, documents, pages."""
