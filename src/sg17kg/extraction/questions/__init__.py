"""Consultations on Questions: texts, lists, relations, and their consistency."""
