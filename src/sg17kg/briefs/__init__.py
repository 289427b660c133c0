"""Briefs for a delegation: two pages about a circular or a Question, each statement with its source."""
