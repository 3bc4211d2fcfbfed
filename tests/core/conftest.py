from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.workapp.models import Errand, Letter, Vault


@pytest.fixture(scope="session")
def work_tables(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The tables exist in the test database only; a flush by Django does not know them."""
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in (Errand, Letter, Vault):
            editor.create_model(model)


@pytest.fixture
def committed_rows(work_tables: None, transactional_db: None) -> Iterator[None]:
    yield
    for model in (Errand, Letter, Vault):
        model._base_manager.all().delete()
