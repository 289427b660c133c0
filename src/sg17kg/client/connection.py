"""Connections to one server, kept open between requests. Errors of http.client are converted to those of the client."""

import http.client
import selectors
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from sg17kg.client.errors import ConnectError, IncompleteResponse, InvalidResponse, RequestTimeout
from sg17kg.client.urls import Server

_BLOCK = 64 * 1024


class ConnectionLost(ConnectError):
    """The connection broke before a response arrived."""


@dataclass(frozen=True)
class Request:
    """A request: method, target (path and parameters, encoded), headers, and a body for a POST."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Connections:
    """Connections to one server. Each serves one request at a time; concurrent threads use one each, and idle connections are shared."""

    def __init__(self, server: Server, timeout: float) -> None:
        self._server = server
        self._timeout = timeout
        self._lock = Lock()
        self._idle: list[http.client.HTTPConnection] = []

    @contextmanager
    def asked(self, request: Request) -> Iterator[http.client.HTTPResponse]:
        """Yield the response once its headers have arrived. The connection is kept if the body is read to its end. Raises ClientError."""
        link, response = self._sent(request)
        try:
            yield response
        finally:
            whole = response.isclosed()
            response.close()
            if whole and link.sock is not None:
                with self._lock:
                    self._idle.append(link)
            else:
                link.close()

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for link in idle:
            link.close()

    def _sent(self, request: Request) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """Send over an idle connection, else over a new one, because the server may have closed the idle one in the meantime.

        A POST must not be sent twice, so it always gets a new connection.
        """
        kept = self._kept() if request.method == "GET" else None
        if kept:
            with suppress(ConnectionLost):
                return kept, self._send(kept, request)
        fresh = self._fresh()
        return fresh, self._send(fresh, request)

    def _kept(self) -> http.client.HTTPConnection | None:
        """Return the connection that was used last and that the server has not closed. Those that it has closed are closed here, too."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                link = self._idle.pop()
            if not _has_news(link):
                return link
            link.close()

    def _fresh(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._server.scheme == "https" else http.client.HTTPConnection
        return kind(self._server.host, self._server.port, timeout=self._timeout)

    def _send(self, link: http.client.HTTPConnection, request: Request) -> http.client.HTTPResponse:
        try:
            with translated(self._server, request):
                link.request(request.method, request.target, request.body, dict(request.headers))
                return link.getresponse()
        except BaseException:
            link.close()
            raise


def _has_news(link: http.client.HTTPConnection) -> bool:
    """Return whether unexpected data has arrived; on an idle connection, this is its end."""
    with closing(selectors.DefaultSelector()) as selector:
        selector.register(link.sock, selectors.EVENT_READ)
        return bool(selector.select(0))


def blocks(response: http.client.HTTPResponse, server: Server, request: Request) -> Iterator[bytes]:
    """Yield the body as it arrives. Raises IncompleteResponse if it ends early, RequestTimeout, InvalidResponse."""
    while True:
        with translated(server, request, begun=True):
            block = response.read1(_BLOCK)
        if not block:
            break
        yield block
    if response.length:
        raise IncompleteResponse(f"{server}{request.target}: the answer broke off, {response.length} bytes before its end")
    response.close()


@contextmanager
def translated(server: Server, request: Request, begun: bool = False) -> Iterator[None]:
    """Convert errors of sockets and of http.client to client errors. `begun`: the headers of the response have arrived."""
    where = f"{server}{request.target}"
    try:
        yield
    except TimeoutError as error:
        raise RequestTimeout(f"{where}: nothing came in time; ask for less, or give the client a longer timeout") from error
    except http.client.IncompleteRead as error:
        raise IncompleteResponse(f"{where}: the answer broke off before its end") from error
    except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
        raise (IncompleteResponse if begun else ConnectionLost)(f"{where}: the connection broke ({error})") from error
    except (OSError, UnicodeError) as error:  # UnicodeError is for a host name that no name server can be asked for
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise ConnectError(f"{server} cannot be reached: {reason}; is the service running?") from error
    except http.client.HTTPException as error:
        raise InvalidResponse(f"{where}: no answer of HTTP ({type(error).__name__}: {str(error)[:200]})") from error
