"""ASGI layers around the routes."""
