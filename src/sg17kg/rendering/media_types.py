"""Content negotiation (RFC 9110, section 12.5.1)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"\s*([\w!#$&^.+-]+|\*)/([\w!#$&^.+-]+|\*)\s*(.*)", re.DOTALL)
_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([0-9.]+)\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True)
class _Accepted:
    kind: str
    subtype: str
    quality: float

    def fit(self, media_type: str) -> int:
        """Return how closely the range matches the media type: 3 exactly, 2 by its first half, 1 by */*, 0 not at all."""
        kind, subtype = media_type.split("/")
        if (self.kind, self.subtype) == (kind, subtype):
            return 3
        if self.subtype == "*" and self.kind in (kind, "*"):
            return 1 if self.kind == "*" else 2
        return 0


def choose(accept: str | None, available: Sequence[str]) -> str | None:
    """Return the available media type that the Accept header ranks highest, or None if it accepts none of them.

    Without a header, the first is chosen; between equals, the earlier one. q=0 rules a type out.
    """
    return next(iter(equally_wanted(accept, available)), None)


def equally_wanted(accept: str | None, available: Sequence[str]) -> list[str]:
    """Return the available media types that the Accept header ranks highest, in order.

    Without a header all are returned; if the header accepts none, the list is empty.
    """
    if accept is None or not accept.strip():
        return list(available)
    accepted = [entry for part in accept.split(",") if (entry := _parse(part))]
    qualities = [(_quality(media_type, accepted), media_type) for media_type in available]
    best = max((quality for quality, _ in qualities), default=0.0)
    return [media_type for quality, media_type in qualities if quality == best > 0]


def _parse(part: str) -> _Accepted | None:
    match = _RANGE.fullmatch(part)
    if not match:
        return None
    quality = _QUALITY.search(match[3])
    try:
        value = min(1.0, float(quality[1])) if quality else 1.0
    except ValueError:
        value = 0.0
    return _Accepted(match[1].lower(), match[2].lower(), value)


def _quality(media_type: str, accepted: Sequence[_Accepted]) -> float:
    """Return the quality of the range that matches the media type most closely."""
    fits = [(entry.fit(media_type), entry.quality) for entry in accepted]
    closest = max((fit for fit, _ in fits), default=0)
    return max((quality for fit, quality in fits if fit == closest), default=0.0) if closest else 0.0
