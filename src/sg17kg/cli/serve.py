"""Command `serve`: serve the dataset over HTTP."""

import os
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from sg17kg import assets
from sg17kg.cli.output import from_store, open_store
from sg17kg.errors import BadParameter

if TYPE_CHECKING:
    from sg17kg.store.source import DatasetSource
    from sg17kg.web.serving import Settings

_BACKLOG = 2048
_FOR_ALL = 0o666
# macOS has fork, but its own libraries do not work after it
_FORKS = hasattr(os, "fork") and sys.platform != "darwin"
_LOG = "What goes to standard error, as JSON lines: every request and events; start, end and faults alone; or nothing but the worst."


@click.command()
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), show_default="127.0.0.1")
@click.option("--port", type=click.IntRange(1, 65535), default=8017, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=lambda: len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
    show_default="one a core",
    help="Server processes, each the whole service.",
)
@click.option(
    "--query-seconds", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True, help="CPU seconds that a query or page may take."
)
@click.option(
    "--query-memory", type=click.IntRange(64), default=2048, show_default=True, help="MiB that a process may take beside the dataset."
)
@click.option(
    "--check-seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True, help="How long a check of a file may take."
)
@click.option("--public-url", help="Address under which clients reach it; links name it. Without it, the header Host is taken.")
@click.option(
    "--proxy", multiple=True, help="Address of a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed. May be repeated."
)
@click.option("--rate-limit", type=click.FloatRange(0.1), help="Requests a second from one client; more get 429. Without it, no limit.")
@click.option("--watch", is_flag=True, help="Serve a new dataset as soon as the file or folder changes. SIGHUP does it once.")
@click.option("--socket", "socket_path", type=click.Path(dir_okay=False), help="Unix socket to listen on, instead of host and port.")
@click.option(
    "--log-clients/--no-log-clients", default=True, show_default=True, help="Whether lines of requests name the client's address."
)
@click.option("--trusted", is_flag=True, help="Answer SPARQL where processes cannot be replaced, too (not on Linux).")
@click.option("--log", type=click.Choice(["requests", "events", "none"]), default="requests", show_default=True, help=_LOG)
@from_store
def serve(
    host: str,
    port: int,
    workers: int,
    query_seconds: float,
    query_memory: int,
    check_seconds: float,
    public_url: str | None,
    proxy: tuple[str, ...],
    rate_limit: float | None,
    watch: bool,
    socket_path: str | None,
    log_clients: bool,
    trusted: bool,
    log: str,
    source: "DatasetSource",
) -> None:
    """Serve the dataset over HTTP: REST, SPARQL, pages, dumps.

    It ends at SIGTERM or Ctrl-C: no new connections then, those that are being answered have 20 seconds.

    \b
    Examples:
      sg17kg serve --port 8017
      sg17kg serve --store mine --workers 4 --log events
      sg17kg serve --endpoint http://localhost:7878/query
      sg17kg serve --public-url https://kg.example.org --proxy 127.0.0.1 --watch
    """
    from sg17kg.checks.process import CheckLimits
    from sg17kg.store.limits import Limits
    from sg17kg.web.middleware import json_logs
    from sg17kg.web.serving import Settings

    if socket_path:
        _check_socket(Path(socket_path))
    _allow_many_sockets()
    settings = Settings(
        Limits(seconds=query_seconds, memory=query_memory * 1024**2),
        log=json_logs.write if log == "requests" else None,
        names_clients=log_clients,
        public_url=_address(public_url) if public_url else None,
        rate=rate_limit,
        checks=CheckLimits(seconds=check_seconds),
        untrusted=trusted or _FORKS,
    )
    began = partial(click.echo, _greeting(host, port, socket_path))
    level = "critical" if log == "none" else "info"
    with _listening(host, port, socket_path) as listening:
        if _FORKS:
            _supervise(source, settings, workers, level, proxy, listening, began, watch)
        else:
            _run(source, settings, level, proxy, listening, began)
    if socket_path:
        Path(socket_path).unlink(missing_ok=True)


def _supervise(
    source: "DatasetSource",
    settings: "Settings",
    workers: int,
    level: str,
    proxies: Sequence[str],
    listening: socket.socket,
    began: Callable[[], None],
    watch: bool,
) -> None:
    """Serve with several processes until SIGTERM or SIGINT."""
    from sg17kg.server.loader import Plan
    from sg17kg.server.supervisor import Supervisor

    Supervisor(Plan(source, settings, workers, level, proxies), listening, began, watch).run()


def _run(
    source: "DatasetSource", settings: "Settings", level: str, proxies: Sequence[str], listening: socket.socket, began: Callable[[], None]
) -> None:
    """Serve with one process, which cannot be replaced, until SIGTERM or SIGINT."""
    import uvicorn

    from sg17kg.queries.library import QueryLibrary
    from sg17kg.web.app import create_app
    from sg17kg.web.serving import configured

    app = create_app(open_store(source), QueryLibrary.read(assets.folder("queries")), source, settings)
    began()
    if not settings.untrusted:
        click.echo("One process, and no SPARQL at /sparql: no process can be replaced on this system. --trusted answers it.")
    uvicorn.Server(configured(app, level, proxies)).run(sockets=[listening])


def _greeting(host: str, port: int, socket_path: str | None) -> str:
    if socket_path:
        return f"sg17kg serves on {socket_path}\nTry:\n  curl --unix-socket {socket_path} http://localhost/rec/X.1280"
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    return (
        f"sg17kg serves on {address}\nTry:\n"
        f"  {address}/rec/X.1280\n"
        f"  {address}/api/v1/recommendations/X.1280/owner\n"
        f"  {address}/api/v1/queries/open-consultations?on=2026-05-01"
    )


def _address(given: str) -> str:
    """Return an HTTP address with nothing after its path. Raises BadParameter."""
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise BadParameter(f"--public-url {given!r} is no address; write it like https://kg.example.org")
    return given.rstrip("/")


def _allow_many_sockets() -> None:
    """Raise the limit of open sockets to the highest that the machine allows, because each slow client holds one."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows; not where less is allowed
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _check_socket(path: Path) -> None:
    """Check that a Unix socket can be created there. Raises BadParameter for a file, which is never removed, and for a socket in use."""
    if path.exists() and not path.is_socket():
        raise BadParameter(f"--socket {path}: is there and no socket; name another path")
    if not path.parent.is_dir():
        raise BadParameter(f"--socket {path}: there is no folder {path.parent}; make it, or name another path")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return
        except OSError as error:
            raise BadParameter(f"--socket {path}: cannot be listened on ({error.strerror or error}); name another path") from error
    raise BadParameter(f"--socket {path}: another program listens there; end it, or name another path")


def _listening(host: str, port: int, socket_path: str | None) -> socket.socket:
    """Return a listening socket. Raises BadParameter if that is not possible, and for an empty host, which would mean every address."""
    if socket_path:
        listening = socket.socket(socket.AF_UNIX)
        Path(socket_path).unlink(missing_ok=True)  # a socket on which nothing listens
        listening.bind(socket_path)
        Path(socket_path).chmod(_FOR_ALL)
    else:
        if not host.strip():
            raise BadParameter("--host (or HOST in the environment) is empty; name an address, 0.0.0.0 for every one of this machine")
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            if os.name == "posix":
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
        except OSError as error:
            listening.close()
            raise BadParameter(
                f"{host}:{port}: cannot be served on ({error.strerror or error}); choose another with --host or --port"
            ) from error
    listening.listen(_BACKLOG)
    listening.set_inheritable(True)
    return listening


COMMANDS = (serve,)
