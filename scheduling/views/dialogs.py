"""A dialog is a fragment for the page that shows it, and a page of its own for whoever has no scripts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest


def show_dialog(
    request: StaffRequest, template: str, context: dict[str, Any], *, back: str, status: int = 200
) -> HttpResponse:
    """`back`: where closing leads to without scripts."""
    context = context | {"back": back, "is_page": not request.htmx, "dialog_template": template}
    context["page_title"] = context.get("title") or context.get("label") or _("Kalender")
    wrapped = template if request.htmx else "scheduling/dialog_page.html"
    return render(request, wrapped, context, status=status)
