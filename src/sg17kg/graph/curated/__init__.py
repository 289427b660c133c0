"""Curated data (data/curated/) as RDF statements."""
