import os
from pathlib import Path

import psycopg
import redis
from django.conf import settings


def test_the_test_run_has_engines_of_its_own() -> None:
    assert Path(os.environ["DATA_DIR"]) == settings.DATA_DIR
    assert settings.DATA_DIR != settings.BASE_DIR / ".data"
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SHOW server_version_num").fetchone()[0].startswith("18")
    assert redis.Redis.from_url(settings.REDIS_URL).ping()
