"""Mapping of curated data (data/curated/) to triples."""
