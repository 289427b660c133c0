"""The REST routes, /api/v1."""
