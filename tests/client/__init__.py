"""The Python client: against a running service, and against one that means it ill."""
