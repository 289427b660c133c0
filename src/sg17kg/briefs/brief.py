"""Choose the brief for a name: of a Question or of a circular."""

from datetime import date

from sg17kg.briefs.circular import circular_brief
from sg17kg.briefs.question import question_brief
from sg17kg.briefs.statements import CatalogueQuery
from sg17kg.errors import BadIdentifier
from sg17kg.identifiers import parse_question
from sg17kg.rendering.document_model import Document
from sg17kg.replies.circular_names import circular_named
from sg17kg.replies.consultation import Ask


def brief_of(ask: Ask, typed: str, on: date) -> Document:
    """Return the brief of a Question or a circular by its name (Q10/17, circular/2025-2028/104, 104), as of a day.

    Raises BadIdentifier, BadParameter, NotFound.
    """
    asking = CatalogueQuery(ask, on)
    try:
        parse_question(typed)
    except BadIdentifier:
        return circular_brief(asking, _circular(ask, typed))
    return question_brief(asking, typed)


def _circular(ask: Ask, typed: str) -> str:
    try:
        return circular_named(ask, typed)
    except BadIdentifier as error:
        forms = "Q10/17, circular/2025-2028/104, 104 or TSB Circular 104"
        raise BadIdentifier(
            f"{typed[:40].strip()!r} is neither a Question nor a circular; briefs are of these two: write {forms}"
        ) from error
