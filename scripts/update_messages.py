"""Bring languages/*.po up to date with the messages in code and templates: `make messages`. Translators edit the .po files.

New messages come in empty, those no longer used go out; a message without a translation is shown in English, marked as English.
"""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ROOT / "src/sg17kg/rendering/languages"
_HEADER = "# Messages of pages: %s. See docs/how-to/translate.md."
_KEYWORDS = {"N_": None, "say": None, "plain": None, "count": (2, 3)}
_METHODS = [
    ("known_until.py", "python"),
    ("web/**.py", "python"),
    ("rendering/**.py", "python"),
    ("rendering/templates/**.html", "jinja2.ext.babel_extract"),
]
_OPTIONS = {"rendering/templates/**.html": {"trimmed": "false", "silent": "false"}}


# Headers that tell of days and people: the same messages are to give the same bytes
_DATED = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By)[^\n]*"\n', re.M
)


def extracted() -> Catalog:
    """Return every message of code and templates, with the files that use it."""
    catalog = Catalog(project="sg17kg", charset="utf-8")
    found = extract_from_dir(ROOT / "src/sg17kg", _METHODS, _OPTIONS, keywords=_KEYWORDS)
    for file, _, message, comments, context in sorted(found, key=lambda entry: (entry[0], entry[1])):
        catalog.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return catalog


def updated(tag: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language with the messages of the template, in their order, its translations kept."""
    with (LANGUAGES / f"{tag}.po").open("rb") as file:
        known = read_po(file, locale=tag)
    fresh = Catalog(locale=tag, project="sg17kg", charset="utf-8", fuzzy=False, header_comment=_HEADER % tag)
    for message in template:
        if message.id:
            old = known.get(message.id)
            fresh.add(message.id, old.string if old else None, locations=message.locations, user_comments=old.user_comments if old else ())
    return fresh


def main() -> None:
    """Write every language's file anew, and say what it lacks."""
    template = extracted()
    for path in sorted(LANGUAGES.glob("*.po")):
        catalog = updated(path.stem, template)
        with path.open("wb") as file:
            write_po(file, catalog, width=0, include_lineno=False)
        path.write_text(_DATED.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
        missing = sum(
            not any(message.string) if isinstance(message.string, tuple) else not message.string for message in catalog if message.id
        )
        sys.stdout.write(f"{path.name}: {missing} of {len(catalog)} messages have no translation\n")


if __name__ == "__main__":
    main()
