"""Languages of pages: gettext messages (languages/*.po), dates and numbers by Babel (CLDR), direction.

A message without a translation is given in English and marked as English (`lang="en" dir="ltr"`), so that readers and screen readers
recognise the other language. Attributes cannot be marked, so every catalogue has all messages that they use; a test checks this.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from gettext import c2py
from importlib import resources

from babel.core import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

SOURCE = "en"
# Days first, as the ITU and most readers write them
_LOCALES = {"en": "en_GB"}
_FOLDER = resources.files("sg17kg.rendering") / "languages"


class Words(str):
    """Plain text with the tag of its language."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> "Words":
        """Return a text in a language."""
        made = super().__new__(cls, text)
        made.language = language
        return made


@dataclass(frozen=True)
class Language:
    """A language of pages; `say` and the other methods return texts in it."""

    tag: str
    locale: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "locale", Locale.parse(_LOCALES.get(self.tag, self.tag)))

    @property
    def name(self) -> str:
        """The name of the language in the language itself."""
        return (Locale.parse(self.tag).display_name or self.tag).capitalize()

    @property
    def direction(self) -> str:
        """The text direction: ltr or rtl."""
        return self.locale.text_direction

    def plain(self, message: str, **values: object) -> "Words":
        """Return a message as plain text, for attributes, titles and diagrams.

        If the language does not have the message, it is returned in English, with the tag of English.
        """
        found = self._found(message)
        text = found or message
        return Words(text % values if values else text, self.tag if found else SOURCE)

    def say(self, message: str, **values: object) -> Markup:
        """Return a message as HTML. Values are escaped unless they are HTML; a message given in English instead is marked."""
        found = self._found(message)
        text = escape(found or message)
        return self._marked(text % values if values else text, found is not None)

    def count(self, number: int, one: str, many: str, **values: object) -> Markup:
        """Return a message that depends on a number; the message refers to the number as %(n)s."""
        values = {"n": self.number(number), **values}
        entry = _catalogue(self.tag).get(one) if self.tag != SOURCE else None
        forms = entry.string if entry and isinstance(entry.string, tuple) and all(entry.string) else None
        if forms is None:
            return self._marked(escape(one if number == 1 else many) % values, self.tag == SOURCE)
        return escape(forms[_plural(self.tag)(number)]) % values

    def has(self, message: str) -> bool:
        """Return whether the language has a message."""
        return self._found(message) is not None

    def day(self, given: str | date | None, width: str = "long") -> str:
        """Return a day in words: 10 June 2026; "" for None."""
        if not given:
            return ""
        return format_date(date.fromisoformat(given[:10]) if isinstance(given, str) else given, width, self.locale)

    def month(self, given: str) -> str:
        """Return June 2026 for 2026-06."""
        return format_skeleton("yMMMM", datetime.fromisoformat(f"{given}-01"), locale=self.locale)

    def moment(self, given: str | None) -> str:
        """Return a time (ISO 8601, UTC) to the minute, followed by "UTC"; "" for None."""
        if not given:
            return ""
        at = datetime.fromisoformat(given)
        time = f"{format_datetime(at, 'HH:mm', locale=self.locale)} UTC"
        return str(self.locale.datetime_formats["medium"]).format(time, format_date(at, "long", self.locale))

    def fact(self, given: str) -> str:
        """Return a day, a time or a range of days (ISO 8601) in words; return anything else unchanged."""
        if re.fullmatch(r"\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?", given):
            return " – ".join(self.day(day) for day in given.split("/"))
        return self.moment(given) if re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]+Z", given) else given

    def of(self, tag: str | None) -> str:
        """Return the name of the language with a tag, in this language; "" for None, the tag if it has no name."""
        return self.locale.languages.get(tag, tag) if tag else ""

    def number(self, given: float) -> str:
        """Return a number with the separators of the language."""
        return str(format_decimal(given, locale=self.locale))

    def _found(self, message: str) -> str | None:
        if self.tag == SOURCE:
            return message
        entry = _catalogue(self.tag).get(message)
        return entry.string if entry and isinstance(entry.string, str) and entry.string else None

    def _marked(self, text: Markup, own: bool) -> Markup:
        return text if own else Markup('<span lang="en" dir="ltr">{}</span>').format(text)


LANGUAGES = tuple(Language(tag) for tag in ("en", "zh", "fr", "es", "ru", "ar"))
_BY_TAG = {language.tag: language for language in LANGUAGES}


def language_for(wanted: Sequence[str]) -> Language:
    """Return the first language that pages have, from lower-case tags, best first (zh-cn is zh); else English."""
    return next((_BY_TAG[plain] for tag in wanted if (plain := tag.partition("-")[0]) in _BY_TAG), _BY_TAG[SOURCE])


def direction_of(tag: str) -> str:
    """Return rtl for a right-to-left language among those that ITU uses, else ltr."""
    return _BY_TAG[tag].direction if tag in _BY_TAG else "ltr"


@cache
def _catalogue(tag: str) -> Catalog:
    """Return the messages of a language, read on first use."""
    with (_FOLDER / f"{tag}.po").open("rb") as file:
        return read_po(file, locale=tag)


@cache
def _plural(tag: str) -> Callable[[int], int]:
    """Return the function that gives the plural form for a number."""
    return c2py(_catalogue(tag).plural_expr)
