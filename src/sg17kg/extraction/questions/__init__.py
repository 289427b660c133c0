"""Consultations on Questions: their texts, lists and relations, and where these do not agree."""
