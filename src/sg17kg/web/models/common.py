"""Models that all responses share: passages, titles, references, pages, search results, queries."""

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from sg17kg.namespaces import FIRST_LANGUAGE

Item = TypeVar("Item")


class Closed(BaseModel):
    """A model that has just its own keys."""

    model_config = ConfigDict(extra="forbid")


# As in the names of graphs: Chinese versions were published first, without their language, and what was published stays as it was
VersionLanguage = Annotated[str | None, Field(exclude_if=lambda language: language in (None, FIRST_LANGUAGE))]


class Source(Closed):
    """A passage: document, its IRI, first and last line, and the language of the version that has these lines; none is Chinese."""

    document: str
    iri: str
    lines: tuple[int, int]
    language: VersionLanguage = None


class Title(Closed):
    """A title in one language."""

    lang: str
    value: str


class Reference(Closed):
    """Another thing: its name, its IRI, and its address here."""

    name: str
    iri: str
    url: str


class Found(Closed):
    """A thing that a search found; `title` in the language asked for, if it has one."""

    iri: str
    url: str
    type: str
    label: str
    title: Title | None


class Resolved(Closed):
    """The thing that a printed form means; `kind` is its class. `others` bear that name too, but are of another kind."""

    id: str
    iri: str
    kind: str
    label: str
    url: str
    others: list[Found]


class Candidates(Closed):
    """Several things of one kind bear the printed form: it must say more, a study period or a group."""

    id: str
    candidates: list[Found]


class Value(Closed):
    """The object of a triple: an IRI, or a literal with its language or datatype."""

    value: str
    lang: str | None
    datatype: str | None


class Stated(Closed):
    """A triple and the passage that states it."""

    subject: str
    property: str
    object: Value
    source: Source


class CircularsKnown(Closed):
    """Circulars: the number that were read, the newest of them, the number known by number alone, and the newest of all by number."""

    read: int
    newest: str | None
    complete: bool
    known_by_number: int
    newest_known: str | None


class AsOf(Closed):
    """The day of a catalogue, and whether it lists everything of its kind up to that day."""

    as_of: str
    complete: bool


class Newest(Closed):
    """The newest day of which lists of a kind speak, and whether one of them lists everything up to that day."""

    newest: str
    complete: bool


def _absent(kind: object) -> bool:
    return kind is None


Absent = Field(default=None, exclude_if=_absent)


class KnownUntil(Closed):
    """Up to when anything is known, by kind of source, made from the sources that were loaded. Kinds of which none was read are absent."""

    circulars: CircularsKnown | None = Absent
    catalogue: AsOf | None = Absent
    question_lists: Newest | None = Absent
    work_programme: Newest | None = Absent
    meetings: Newest | None = Absent
    bulletins: AsOf | None = Absent
    twins: AsOf | None = Absent


class Page(Closed, Generic[Item]):
    """A page of a list: items, the address of the next page or null, and how many there are in all.

    `known_until` stands beside lists whose answer depends on what was read.
    """

    items: list[Item]
    next: str | None
    total: int
    known_until: KnownUntil | None = Absent


class QueryParameter(Closed):
    """A parameter of a catalogue query."""

    name: str
    type: str
    description: str
    required: bool


class QueryDescription(Closed):
    """A query of the catalogue."""

    name: str
    summary: str
    description: str
    url: str
    parameters: list[QueryParameter]
    columns: dict[str, str]
    example: dict[str, str]
    sparql: str


class Health(Closed):
    """That the service answers, and from which dataset (SHA-256 of its N-Quads); null where another server holds it."""

    status: Literal["ok"]
    dataset: str | None


class Ready(Closed):
    """That the store answers, which dataset it holds (SHA-256 of its N-Quads), and how many processes serve it.

    `failure` says why the last process that could not begin did not; null where all began.
    """

    status: Literal["ready"]
    dataset: str
    workers: int
    failure: str | None
