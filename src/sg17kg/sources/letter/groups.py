"""Groups that a match names."""

import re


def group_of(match: re.Match[str]) -> str | None:
    """The group that a match names: SG17, TSAG; another sector in front of it: ITU-D SG2."""
    groups = match.groupdict()
    if groups.get("tsag"):
        return "TSAG"
    if not groups.get("sg"):
        return None
    sector = groups.get("sector")
    return f"{sector} SG{int(groups['sg'])}" if sector and sector != "ITU-T" else f"SG{int(groups['sg'])}"
