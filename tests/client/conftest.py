"""What the tests of the client share: a running service, a client of it, a stranger in its place."""

import os
import sys
from collections.abc import Iterator

import pytest

from sg17kg.client import Client
from tests.client.stranger import Stranger, strange
from tests.patience import PATIENCE
from tests.test_serving import serving


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `sg17kg serve`, with patience for whatever it is asked."""
    limits = ["--query-seconds", "600", "--check-seconds", "600"]
    command = [sys.executable, "-m", "sg17kg.cli", "serve", *limits, "--log", "none"]
    with serving(command, dict(os.environ), tmp_path_factory.mktemp("service")) as (running, _):
        yield running


@pytest.fixture
def asking(address: str) -> Iterator[Client]:
    """A client of the running service."""
    with Client(address) as client:
        yield client


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    with strange() as running:
        yield running


@pytest.fixture
def led(stranger: Stranger) -> Iterator[Client]:
    """A client that takes the stranger for the service."""
    with Client(stranger.address, timeout=PATIENCE) as client:
        yield client
