"""Briefs for a delegation: two pages on a circular or a Question, each statement with its source."""
