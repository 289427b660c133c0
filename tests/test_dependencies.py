"""What src imports is declared in pyproject.toml, and what is declared is used; private interfaces of others have an upper bound."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions

import pytest

from tests import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
# uvicorn finds its parser and its event loop by their names, Starlette its parser of forms
FOUND_BY_NAME = {"httptools", "python-multipart", "uvloop"}


def declared() -> dict[str, str]:
    """Requirements by normalised name of the distribution."""
    return {re.split(r"[^A-Za-z0-9_.-]", each)[0].lower().replace("_", "-"): each for each in PROJECT["dependencies"]}


def imports() -> Iterator[tuple[str, str, str]]:
    """Yield file, module and imported name of each import of src."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((str(path.relative_to(ROOT)), alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield from ((str(path.relative_to(ROOT)), node.module or "", alias.name) for alias in node.names)


def distributions() -> dict[str, set[str]]:
    """Distributions that are imported, each with the files that do so."""
    of_package = packages_distributions()
    found: dict[str, set[str]] = {}
    for file, module, _ in imports():
        package = module.partition(".")[0]
        if package not in {*sys.stdlib_module_names, "_typeshed", "sg17kg"}:  # _typeshed is of type checkers
            (name,) = {each.lower().replace("_", "-") for each in of_package[package]}
            found.setdefault(name, set()).add(file)
    return found


def test_what_is_imported_is_declared() -> None:
    assert {name: files for name, files in distributions().items() if name not in declared()} == {}


def test_what_is_declared_is_imported() -> None:
    assert set(declared()) - set(distributions()) == FOUND_BY_NAME


@pytest.mark.parametrize("name", ["rdflib", "uvicorn", "prometheus-client", "pyoxigraph"])
def test_a_private_interface_has_an_upper_bound(name: str) -> None:
    assert "<" in declared()[name]


def test_no_other_private_name_is_imported() -> None:
    private = {
        (module.partition(".")[0], name)
        for _, module, name in imports()
        if not module.startswith("sg17kg") and name.startswith("_") and module != "__future__"
    }
    assert private == {("rdflib", "_nt_row")}
