"""Pages that are reached from several places lead back to the one they were asked from."""

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

NEXT = "next"


def way_back(request: HttpRequest) -> str:
    """The page to go back to, carried along as `next`; empty when there is none, or when it is not one of ours."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT, "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else ""


def back_or(request: HttpRequest, to: str, *args: Any) -> HttpResponseRedirect:
    """Back to where it was asked from, otherwise to the page of this name."""
    back = way_back(request)
    return HttpResponseRedirect(back) if back else redirect(to, *args)
