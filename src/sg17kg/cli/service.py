"""The command that serves."""

import os
import socket
from typing import TYPE_CHECKING

import click

from sg17kg import assets
from sg17kg.cli.output import from_store, open_store
from sg17kg.errors import BadParameter

if TYPE_CHECKING:
    from sg17kg.store.opening import Source


@click.command()
@click.option("--host", default=lambda: os.environ.get("HOST", "127.0.0.1"), show_default="127.0.0.1")
@click.option("--port", type=click.IntRange(1, 65535), default=8017, show_default=True)
@from_store
def serve(host: str, port: int, source: "Source") -> None:
    """Serve the dataset over HTTP: REST, SPARQL, pages, dumps.

    \b
    Examples:
      sg17kg serve --port 8017
      sg17kg serve --store mine
      sg17kg serve --endpoint http://localhost:7878/query
    """
    import uvicorn

    from sg17kg.catalogue.catalogue import Catalogue
    from sg17kg.web.app import create_app

    _check_free(host, port)
    app = create_app(open_store(source), Catalogue.read(assets.folder("queries")), source)
    address = f"http://{host}:{port}"
    click.echo(
        f"sg17kg serves on {address}\nTry:\n"
        f"  {address}/rec/X.1280\n"
        f"  {address}/api/v1/recommendations/X.1280/owner\n"
        f"  {address}/api/v1/queries/open-consultations?on=2026-05-01"
    )
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def _check_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise BadParameter(
            f"{host}:{port}: cannot be served on ({error.strerror or error}); choose another with --host or --port"
        ) from error


COMMANDS = (serve,)
