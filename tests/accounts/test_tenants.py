"""Every practice sees only its own rows, and a query that names none gets none."""

import pytest
from django.apps import apps
from django.db.models import Model
from django_scopes import scope
from django_scopes.exceptions import ScopeError

from accounts.models import Patient, Practice
from tests.factories import make_patient

# Who signs in, and the tenant itself, are looked up before a practice is known. What the publisher offers, and fetching
# it, belongs to no practice.
WITHOUT_SCOPE = {"accounts.User", "accounts.Practice"} | {
    f"integrations.{name}" for name in ("FeedState", "Element", "ElementVersion", "Download")
}
OURS = ("accounts", "scheduling", "videosprechstunde", "notifications", "integrations", "core")


def our_models() -> list[type[Model]]:
    return [m for label in OURS for m in apps.get_app_config(label).get_models() if not m._meta.auto_created]


@pytest.mark.parametrize("model", [m for m in our_models() if m._meta.label not in WITHOUT_SCOPE], ids=str)
def test_an_unscoped_query_raises(db: None, model: type[Model]) -> None:
    with pytest.raises(ScopeError):
        model._default_manager.count()


def test_only_the_named_models_are_unscoped() -> None:
    assert {m._meta.label for m in our_models()} >= WITHOUT_SCOPE


def test_a_scope_shows_its_own_rows_only(practice: Practice, neighbour: Practice) -> None:
    make_patient(practice, "Meier")
    make_patient(neighbour, "Fremd")
    with scope(practice=practice):
        assert [p.last_name for p in Patient.objects.all()] == ["Meier"]
