"""The catalogue as briefs ask it."""

from tests.replies.conftest import ask

__all__ = ["ask"]
