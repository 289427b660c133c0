"""Content negotiation."""

import pytest

from sg17kg.rendering.media_types import choose

TYPES = ("text/turtle", "application/ld+json", "text/html")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html", "text/html"),
        ("TEXT/HTML", "text/html"),
        ("application/*", "application/ld+json"),
        ("text/html;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("text/turtle;q=0, */*", "application/ld+json"),
        ("text/turtle;q=0.1, text/*;q=0.2", "text/html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("text/turtle;charset=utf-8", "text/turtle"),
        ("image/png", None),
        ("text/turtle;q=0, application/ld+json;q=0, text/html;q=0", None),
        ("text/turtle;q=nonsense", "text/turtle"),
        ("nonsense, text/html", "text/html"),
        ("nonsense", None),
    ],
)
def test_the_wanted_type_is_chosen(accept: str | None, chosen: str | None) -> None:
    assert choose(accept, TYPES) == chosen
