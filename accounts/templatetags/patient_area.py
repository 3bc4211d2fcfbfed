from dataclasses import dataclass

from django import template
from django.template.context import RequestContext
from django.urls import reverse

from accounts.models import PatientAccount
from accounts.services.patient_area import area_pages

register = template.Library()


@dataclass(frozen=True, slots=True)
class AreaLink:
    url: str
    label: str
    icon: str
    is_current: bool


@register.simple_tag(takes_context=True)
def area_links(context: RequestContext, account: PatientAccount) -> list[AreaLink]:
    """The pages of the area, the open one marked; a step within a page counts as that page."""
    path = getattr(context.get("request"), "path", "")
    home = reverse("patient_home", args=[account.pk])
    links = []
    for page in area_pages():
        url = reverse(page.url_name, args=[account.pk])
        is_current = path == url if url == home else path.startswith(url)
        links.append(AreaLink(url, str(page.label), page.icon, is_current))
    return links
