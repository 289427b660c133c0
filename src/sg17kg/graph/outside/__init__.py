"""Mapping of rows of outside facts to triples, each with the row that states it."""
