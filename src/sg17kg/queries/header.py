"""The header of a query file: lines "#+ …" that contain YAML with a closed set of keys.

#+ summary: Which Question is responsible for a text on a day?
#+ parameters:
#+   number: {type: number, description: "The text's number", required: true}
#+ columns:
#+   question: The Question, as printed (Q10/17)
#+ example: {number: X.1280}
"""

import re
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sg17kg.errors import AssetError

ParameterType = Literal["number", "name", "question", "period", "date", "integer", "text", "iri"]
_LINE = re.compile(r"#\+ ?(.*)")


class _Loader(yaml.CSafeLoader):
    """YAML loader whose only booleans are true and false: "on" is the name of a parameter, not a boolean."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Parameter(_Closed):
    """One parameter. `number`, `name` and `question` forgive what people type; the others are strict."""

    type: ParameterType
    description: str
    required: bool = False


class Header(_Closed):
    """What a query answers, what it takes, what its columns mean, and an example that works.

    `severity` belongs to checks alone: how grave each row is; `order` and `key` to rules: which of them run first, and
    the variable of the things about which a rule infers. A rule without a key runs over the whole dataset after every change.
    """

    summary: str
    description: str = ""
    parameters: dict[str, Parameter] = {}
    columns: dict[str, str] = {}
    paging: bool = False
    severity: Literal["violation", "warning", "info"] | None = None
    order: int = 0
    key: str = ""
    example: dict[str, str | int] = {}


def parse(name: str, text: str) -> Header:
    """Return the header at the top of a query file. Raises AssetError, naming file and line, if it is broken."""
    lines = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if not match:
            break
        lines.append(match[1])
    try:
        return Header.model_validate(yaml.load("\n".join(lines), _Loader) or {})  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        line_number = error.problem_mark.line + 1 if error.problem_mark else 1
        raise AssetError(f"{name}: line {line_number}: {error.problem}") from error
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][-1]) if first["loc"] else "summary"
        raise AssetError(f"{name}: line {_line_of(key, lines)}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _line_of(key: str, lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines, start=1) if f"{key}:" in line), 1)
