"""Render pages from templates/*.html (Jinja, escaped by default), with their static files."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from jinja2 import Environment, PackageLoader, StrictUndefined

_ROOT = resources.files("sg17kg.rendering")


def rendered(template: str, **values: object) -> bytes:
    """Return a rendered template, as UTF-8. A name that the template uses without a value is an error."""
    return _environment().get_template(f"{template}.html").render(**values).encode()


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sg17kg.rendering"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@dataclass(frozen=True)
class StaticFiles:
    """The files that pages need, by name (style.css, vendor/yasgui.min.js), and their common version: a hash of all files."""

    version: str
    files: dict[str, bytes]

    @staticmethod
    def media_type(name: str) -> str:
        """Return the media type of a file by its extension."""
        return {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}.get(
            name.rpartition(".")[2], mimetypes.guess_type(name)[0] or "application/octet-stream"
        )


@cache
def static_files() -> StaticFiles:
    """Return all static files of the package, read once."""
    files = dict(sorted(_walk(_ROOT / "static", "")))
    digest = hashlib.blake2b(digest_size=6)
    for name, content in files.items():
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return StaticFiles(digest.hexdigest(), files)


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = prefix + entry.name
        found += _walk(entry, f"{name}/") if entry.is_dir() else [(name, entry.read_bytes())]
    return found
