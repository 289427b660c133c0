"""Rows of outside facts as triples, each with the row that states it: Questions, responsibilities, meetings, outcomes, and more."""
