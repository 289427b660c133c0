"""Locate the files of the package: ontology/, shapes/, queries/, data/ and the built dataset.

In a checkout they stand at the top; in a wheel they lie in sg17kg/_assets, put there by the wheel's build.
"""

import os
from functools import cache
from pathlib import Path

from sg17kg.errors import AssetError

DATASET = "SG17KG_DATASET"
_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


@cache
def root() -> Path:
    """Return the folder that holds ontology/, shapes/, queries/ and data/."""
    packaged = _PACKAGE / "_assets"
    for candidate in (packaged, _CHECKOUT):
        if (candidate / "ontology").is_dir():
            return candidate
    raise AssetError(f"neither {packaged} nor {_CHECKOUT} holds ontology/; reinstall sg17kg")


def folder(name: str) -> Path:
    """Return one of ontology, shapes, queries, data. Raises AssetError where it is absent."""
    path = root() / name
    if not path.is_dir():
        raise AssetError(f"{path} is absent; reinstall sg17kg")
    return path


def language_packs() -> Path:
    """Return the folder of the language packs, one YAML file a language."""
    return _PACKAGE / "extraction" / "language"


def dataset() -> Path:
    """Return the folder of the dataset (dataset.nq, manifest.json): the one that SG17KG_DATASET names, else the one that was built.

    Raises AssetError where the folder that is named holds no dataset.
    """
    named = os.environ.get(DATASET)
    if not named:
        return built_dataset()
    if not (Path(named) / "dataset.nq").is_file():
        raise AssetError(f"{named}, which {DATASET} names, holds no dataset.nq; make one with `sg17kg build --out {named}`")
    return Path(named)


def built_dataset() -> Path:
    """Return where `sg17kg build` puts the dataset; in a wheel, where its build put it."""
    packaged = root() / "dataset"
    return packaged if packaged.is_dir() else root() / "build" / "dataset"
