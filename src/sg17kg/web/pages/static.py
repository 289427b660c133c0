"""Static files of pages. The URL contains a hash of all files, so that they can be cached for an unlimited time."""

from fastapi import APIRouter, Depends, Response

from sg17kg.errors import NotFound
from sg17kg.rendering.templating import static_files
from sg17kg.web.api.parameters import reject_unknown_parameters

router = APIRouter(dependencies=[Depends(reject_unknown_parameters)])
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_FOR_NOW = {"Cache-Control": "public, max-age=60"}


@router.get("/favicon.ico", include_in_schema=False)
def favicon() -> Response:
    """The mark of the site, for browsers that ask on their own (beside JSON, say)."""
    held = static_files()
    return Response(held.files["icon.svg"], media_type=held.media_type("icon.svg"), headers=_FOR_NOW)


@router.get("/static/{version}/{name:path}", include_in_schema=False)
def static(version: str, name: str) -> Response:
    """A file by its name; one of another version is given too, but not to be kept. Raises NotFound."""
    held = static_files()
    content = held.files.get(name)
    if content is None:
        raise NotFound("no such file; pages name those that there are")
    return Response(content, media_type=held.media_type(name), headers=_FOR_EVER if version == held.version else _FOR_NOW)
