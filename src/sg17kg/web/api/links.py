"""URLs on this host: of REST resources, and of things in linked data."""

import ipaddress
import re
from urllib.parse import quote

from fastapi import Request

from sg17kg.namespaces import BASE
from sg17kg.web.problem_details import HttpProblem

API = "/api/v1"
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[(?P<address>[0-9A-Fa-f:.]{2,45})\])(?::(?P<port>[0-9]{1,5}))?")
_LAST_PORT = 65535
_TEXT = re.compile(r"(rec|tr)/([^/]+)(?:/.*)?|sup/([^/]+)/([0-9]+(?:\.[0-9]+)?)(?:/.*)?")
_RESOURCES = (
    (re.compile(r"question/([0-9]+)/([0-9]+)(?:/[0-9]{4})?"), "/questions/{}/{}"),
    (re.compile(r"circular/([0-9-]+)/([0-9]+)"), "/circulars/{}/{}"),
    (re.compile(r"consultation/([0-9-]+)/([0-9]+)"), "/consultations/{}/{}"),
    (re.compile(r"meeting/([^/]+)/([0-9]{4}-[0-9]{2})"), "/meetings/{}/{}"),
    (re.compile(r"work-item/([^/]+)"), "/work-items/{}"),
)


def root(request: Request) -> str:
    """Return the base URL of this service: --public-url if it is set, else scheme and Host of the request. Raises HttpProblem."""
    told = request.app.state.public_url
    if told:
        return str(told)
    hosts = request.headers.getlist("host")
    if len(hosts) != 1 or not _is_host(hosts[0]):
        raise HttpProblem(400, "one header Host is to name the host that was asked (RFC 9112, section 3.2); send it once")
    return f"{request.url.scheme}://{hosts[0]}"


def _is_host(given: str) -> bool:
    """Return whether a text is a host name or an IP address, with or without a port."""
    match = _HOST.fullmatch(given)
    if not match or int(match["port"] or 0) > _LAST_PORT:
        return False
    if match["address"]:
        try:
            ipaddress.IPv6Address(match["address"])
        except ValueError:
            return False
    return True


def here(request: Request, **parameters: str) -> str:
    """Return the URL of this request, with other values for some parameters."""
    asked = request.url.include_query_params(**parameters)
    return f"{root(request)}{asked.path}" + (f"?{asked.query}" if asked.query else "")


def resource(request: Request, iri: str) -> str:
    """Return the REST URL of a thing, else its linked-data URL; an IRI outside this graph is returned unchanged."""
    path = resource_path(iri) or local(iri)
    return root(request) + path if path else iri


def resource_path(iri: str) -> str | None:
    """Return /api/v1/recommendations/X.1280 for …/rec/X.1280 and its editions; None if REST has no such resource."""
    tail = iri.removeprefix(BASE)
    if match := _TEXT.fullmatch(tail):
        return f"{API}/recommendations/" + (match[2] or f"{match[3]}%20Suppl.%20{match[4]}")
    return next((API + path.format(*match.groups()) for pattern, path in _RESOURCES if (match := pattern.fullmatch(tail))), None)


def local(iri: str) -> str | None:
    """Return the path of a thing on this host; None for an IRI outside this graph."""
    return "/" + quote(iri.removeprefix(BASE), safe="/:.-~_%#@!$&'()*+,;=") if iri.startswith(BASE) else None
