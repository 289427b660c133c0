"""Fields of log lines have no name that Python's logging has taken: such a line raises, and ended the loader when a server was killed."""

import ast
import logging
from collections.abc import Iterator

from tests import ROOT

TAKEN = {*vars(logging.makeLogRecord({})), "message", "asctime"}


def fields() -> Iterator[tuple[str, str]]:
    """Yield file and name of each field of a log line in src."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "_LOG":
                for keyword in node.keywords:
                    if keyword.arg == "extra":
                        assert isinstance(keyword.value, ast.Dict), f"{path}: write the fields there"
                        yield from ((path.name, ast.literal_eval(key)) for key in keyword.value.keys if key)


def test_no_field_has_a_name_that_logging_has_taken() -> None:
    found = list(fields())
    assert len(found) > 5
    assert [field for field in found if field[1] in TAKEN] == []
