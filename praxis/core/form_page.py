"""An ordinary page around one form: asked, refused with everything typed still there, or done."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from praxis.core.forms import accepts
from praxis.core.going_back import back_or

TEMPLATE = "components/settings_form.html"


def form_page(request: HttpRequest, form: forms.BaseForm, *, template: str = TEMPLATE, **context: Any) -> HttpResponse:
    """422 when something typed was refused, so that scripts and tests see it too."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


def answer_form(
    request: HttpRequest, form: forms.BaseForm, save: Callable[[dict[str, Any]], object], *, said: str, back: str,
    **context: Any,
) -> HttpResponse:  # fmt: skip
    """Saves, says so and goes back to where the form was asked from, usually to `back`. What is refused stays on the
    page, with `back` as its way out."""
    if accepts(form, save):
        messages.success(request, said)
        return back_or(request, back)
    return form_page(request, form, back=back, **context)


def typed(request: HttpRequest) -> Mapping[str, Any] | None:
    """What a form is bound to: the fields of a POST, nothing when the page is only asked for."""
    return request.POST if request.method == "POST" else None
