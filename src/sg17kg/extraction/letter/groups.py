"""Study groups from matches. Patterns name their groups sg and tsag, and sector, or itu_d and itu_r."""

import re


def group_of(match: re.Match[str]) -> str | None:
    """Return the group that a match names: SG17 or TSAG; with another sector before it, ITU-D SG2."""
    groups = match.groupdict()
    if groups.get("tsag"):
        return "TSAG"
    if not groups.get("sg"):
        return None
    sector = sector_of(match)
    return f"{sector} SG{int(groups['sg'])}" if sector and sector != "ITU-T" else f"SG{int(groups['sg'])}"


def sector_of(match: re.Match[str]) -> str | None:
    """Return the sector that a match names (ITU-T, ITU-D, ITU-R); None if it names none."""
    groups = match.groupdict()
    if printed := groups.get("sector"):
        return f"ITU-{printed[-1]}"
    return "ITU-D" if groups.get("itu_d") else "ITU-R" if groups.get("itu_r") else None
