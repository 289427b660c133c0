"""Briefs for a delegation: two pages about a circular or a Question, every statement with its source."""
