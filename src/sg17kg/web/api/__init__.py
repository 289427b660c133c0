"""REST routes below /api/v1."""
