"""Comparing facts with what they should be."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sg17kg.facts import Facts

Read = Callable[[Path], Facts]
_KEYS = {"drafts": "item", "questions": "number", "form_rows": "row", "study_items": "ordinal", "tasks": "ordinal", "items": "printed"}


def expected(path: Path) -> dict[str, Any]:
    """Expected facts of a file; `findings` are compared on their own."""
    facts = json.loads(path.read_text("utf-8"))
    facts.pop("findings", None)
    assert isinstance(facts, dict)
    return facts


def differences(have: Mapping[str, Any], want: Mapping[str, Any]) -> list[str]:
    """Values that are missing or wrong among the keys of `want`; white space does not count, order of lists neither."""
    left = set(_leaves({key: have.get(key) for key in want}))
    right = set(_leaves(want))
    return [f"missing {leaf}" for leaf in sorted(right - left)] + [f"wrong {leaf}" for leaf in sorted(left - right)]


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        if not value:
            yield f"{path} = {{}}"
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}/{key}")
    elif isinstance(value, list):
        yield from _list_leaves(value, path)
    else:
        shown = re.sub(r"\s+", "", value) if isinstance(value, str) else repr(value)
        yield f"{path} = {shown}"


def _list_leaves(value: list[Any], path: str) -> Iterator[str]:
    name = path.rsplit("/", 1)[-1]
    if "lines" in path.split("/") or not value:
        yield f"{path} = {value}"
    elif name in _KEYS and isinstance(value[0], dict):
        for entry in value:
            yield from _leaves(entry, f"{path}[{entry[_KEYS[name]]}]")
    else:
        for entry in value:
            yield from _leaves(entry, f"{path}[]")
