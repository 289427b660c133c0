"""Location of the files of the package: ontology/, shapes/, queries/, data/ and the built dataset.

In a checkout they are at the top; in a wheel they are in sg17kg/_assets, where the build of the wheel puts them.
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
    """Return the folder that contains ontology/, shapes/, queries/ and data/. Raises AssetError if there is none."""
    packaged = _PACKAGE / "_assets"
    for candidate in (packaged, _CHECKOUT):
        if (candidate / "ontology").is_dir():
            return candidate
    raise AssetError(f"neither {packaged} nor {_CHECKOUT} holds ontology/; reinstall sg17kg")


def folder(name: str) -> Path:
    """Return the folder with a name: ontology, shapes, queries or data. Raises AssetError if it is absent."""
    path = root() / name
    if not path.is_dir():
        raise AssetError(f"{path} is absent; reinstall sg17kg")
    return path


def language_packs() -> Path:
    """Return the folder of the language packs, which has one YAML file per language."""
    return _PACKAGE / "extraction" / "language"


def dataset() -> Path:
    """Return the folder of the dataset (dataset.nq, manifest.json): the one that SG17KG_DATASET names, else the built one.

    Raises AssetError if the named folder contains no dataset.
    """
    named = os.environ.get(DATASET)
    if not named:
        return built_dataset()
    if not (Path(named) / "dataset.nq").is_file():
        raise AssetError(f"{named}, which {DATASET} names, holds no dataset.nq; make one with `sg17kg build --out {named}`")
    return Path(named)


def built_dataset() -> Path:
    """Return the folder in which `sg17kg build` writes the dataset; in a wheel, the folder of the dataset that it contains."""
    packaged = root() / "dataset"
    return packaged if packaged.is_dir() else root() / "build" / "dataset"
