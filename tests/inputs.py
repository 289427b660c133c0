"""Inputs of a build, as the command line makes them."""

from pathlib import Path

from sg17kg.catalogue.catalogue import Catalogue
from sg17kg.graph.build import Inputs
from sg17kg.sources.reference import load_periods
from sg17kg.store.embedded import EmbeddedStore
from tests import ROOT


def build_inputs(data: Path = ROOT / "data") -> Inputs:
    """Inputs of a build from a data folder."""
    rules = tuple(Catalogue.read(ROOT / "queries").group("rules"))
    return Inputs(data, ROOT / "ontology", load_periods(ROOT / "data" / "curated"), rules, EmbeddedStore.from_nquads)
