"""What the publisher offers, for all practices."""

from django.db.models import QuerySet

from integrations.downloads.models import ElementVersion


def all_versions() -> QuerySet[ElementVersion]:
    """Elements by key, their newest versions first."""
    return ElementVersion.objects.select_related("element").order_by("element__key", "-sequence")
