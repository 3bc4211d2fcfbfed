"""Objects of downloads enter a view only through here. Missing and foreign both answer 404."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from integrations.downloads.models import Element, ElementVersion, Installation

ADMIN = "practice_admin"
# Longest decimal that fits a bigint whatever its digits.
LONGEST_ID = 18


def element_for(request: HttpRequest, key: str) -> Element:
    """Elements belong to no practice."""
    return get_object_or_404(Element, key=key.replace("\x00", ""))


def versions_for(request: HttpRequest, ids: Iterable[str]) -> list[ElementVersion]:
    """Those that exist, one per element; what is no id is none."""
    wanted = [int(text) for text in ids if text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID]
    found = ElementVersion.objects.filter(pk__in=wanted).select_related("element")
    return list(found.order_by("element__title", "element_id", "-sequence").distinct("element__title", "element_id"))


def version_for(request: HttpRequest, text: str) -> ElementVersion:
    found = versions_for(request, [text])
    return get_object_or_404(ElementVersion.objects.select_related("element"), pk=found[0].pk if found else None)


def installation_for(request: HttpRequest, installation_id: int) -> Installation:
    found = Installation.objects.select_related("version__element", "practice", "actor", "undone_by")
    return get_object_or_404(found, pk=installation_id)
