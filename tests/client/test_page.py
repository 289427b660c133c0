"""docs/how-to/python-client.md: what it shows is what comes."""

import doctest
import re
from pathlib import Path

import pytest

from tests import ROOT

PAGE = ROOT / "docs" / "how-to" / "python-client.md"
BLOCKS = re.findall(r"```pycon\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_examples_of_the_page_give_what_it_shows(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = "\n".join(BLOCKS).replace("http://127.0.0.1:8017", address)
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(examples, out=told.append)
    assert result.attempted > 20
    assert result.failed == 0, "".join(told)


def test_every_block_of_python_is_run() -> None:
    assert "```python" not in PAGE.read_text("utf-8")
