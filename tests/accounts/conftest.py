import secrets

import pytest
from django.core.cache import caches


@pytest.fixture(autouse=True)
def _nobody_tried_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits on tries live in the cache, which other tests use at the same time: each test counts in its own corner."""
    monkeypatch.setattr(caches["default"], "key_prefix", f"test-{secrets.token_hex(8)}")
