"""What every test of signing in starts from."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_tries_yet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Limits are counted in the cache, which outlives a test that commits."""
    if "transactional_db" in request.fixturenames:
        cache.clear()
    yield
    if "transactional_db" in request.fixturenames:
        cache.clear()
