"""Reader of rules.yaml: for each finding the rule, the remedy, the source of the rule, and its duplicates."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sg17kg.errors import AssetError
from sg17kg.findings import DuplicateOf, Rule

FILE = Path(__file__).with_name("rules.yaml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: str
    remedy: str
    source: str
    url: str | None = None
    same_as: dict[str, tuple[str, ...]] = {}


def load(path: Path = FILE) -> dict[str, Rule]:
    """Return the rules by code of the finding. Raises AssetError, naming the code, if one is incomplete."""
    try:
        written = yaml.safe_load(path.read_text("utf-8"))
        return {str(code): _rule(path, str(code), entry) for code, entry in written.items()}
    except (yaml.YAMLError, AttributeError) as error:
        raise AssetError(f"{path.name}: no map of rules: {error}") from error


def _rule(path: Path, code: str, written: object) -> Rule:
    try:
        entry = _Entry.model_validate(written)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, (code, *first["loc"])))
        raise AssetError(f"{path.name}: {where}: {first['msg']}; each rule has rule, remedy and source") from error
    same_as = tuple(DuplicateOf(rule, words) for rule, words in entry.same_as.items())
    return Rule(code, entry.rule, entry.remedy, entry.source, entry.url, same_as=same_as)
