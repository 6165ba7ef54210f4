from collections.abc import AsyncIterator

import pytest

from notifications.simulator.server import Simulator

from .simulated import Product, running_product, running_simulator


@pytest.fixture
async def product() -> AsyncIterator[Product]:
    """What the simulator calls back."""
    async with running_product() as product:
        yield product


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """Zalo, eSMS and a mail server, calling nobody back."""
    async with running_simulator() as simulator:
        yield simulator
