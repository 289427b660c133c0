"""Build hook of the wheel: builds the dataset, fetches third-party JavaScript, and puts both into the package."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DatasetHook(BuildHookInterface[Any]):
    """Run the build of the project, so that an installed package serves the same graph as the checkout."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add dataset/ to the wheel; an editable install builds its dataset with `sg17kg build` instead."""
        if version == "editable":
            return
        root = Path(self.root)
        sys.path[:0] = [str(root / "src"), str(root)]
        from scripts import vendor_javascript
        from sg17kg.extraction.gazetteer import load_periods
        from sg17kg.graph.build import Inputs, build
        from sg17kg.queries.library import QueryLibrary
        from sg17kg.search.build import FILE, write_index
        from sg17kg.store.embedded import EmbeddedStore

        out = root / "build" / "wheel-dataset"
        catalogue = QueryLibrary.read(root / "queries")
        rules = tuple(catalogue.group("rules"))
        periods = load_periods(root / "data" / "curated")
        build(Inputs(root / "data", root / "ontology", periods, rules, EmbeddedStore.from_nquads), out)
        write_index(EmbeddedStore.from_file(out / "dataset.nq"), catalogue, out)
        if not (root / vendor_javascript.OUT).is_dir():
            vendor_javascript.build(root)
        for name in ("dataset.nq", "manifest.json", FILE):
            build_data["force_include"][str(out / name)] = f"sg17kg/_assets/dataset/{name}"
