"""Reader of the YAML lists of data/curated/."""

from pathlib import Path
from typing import Any

import yaml

from sg17kg.errors import BuildError


def rows_of(path: Path, *required: str) -> list[dict[str, Any]]:
    """Return the entries of a file. Raises BuildError if it cannot be read or is no list, or if an entry lacks a required key."""
    try:
        rows = yaml.safe_load(path.read_text("utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise BuildError(f"{path}: {error}") from error
    if not isinstance(rows, list):
        raise BuildError(f"{path}: no list; each entry starts with a hyphen")
    for position, row in enumerate(rows, start=1):
        lacking = [key for key in required if not isinstance(row, dict) or row.get(key) is None]
        if lacking:
            raise BuildError(f"{path}: entry {position} has no {lacking[0]!r}; compare with its neighbours")
    return rows
