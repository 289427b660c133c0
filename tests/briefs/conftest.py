"""The catalogue as briefs ask it."""

from tests.replies.conftest import ask, ask_corrected, ask_two_versions

__all__ = ["ask", "ask_corrected", "ask_two_versions"]
