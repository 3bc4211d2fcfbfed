"""The dry run, and the security question whose right answer starts the run."""

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, recently_signed_in, staff_required
from praxis.core.form_page import typed
from videosprechstunde.access import ADMIN
from videosprechstunde.konto.steps import CONFIRM, DRY_RUN, step_links
from videosprechstunde.selectors.konto import standing
from videosprechstunde.selectors.konto_plan import Plan, plan_migration
from videosprechstunde.services.konto.starting import NotReady, PlanChanged, RunIsOn, WrongName, start_run

TEMPLATE = "videosprechstunde/konto/confirm.html"


class NameForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name der Praxis"), max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": gettext_lazy("Bitte den Namen der Praxis eingeben.")},
    )  # fmt: skip


@require_safe
@staff_required(ADMIN)
def konto_dry_run(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    counts = standing(now)
    if not counts.total or counts.is_running:
        return redirect("konto_migration")
    plan = plan_migration(now)
    context = {"heading": _("Probelauf"), "steps": step_links(DRY_RUN), "standing": counts, "plan": plan, "now": now}
    return render(request, "videosprechstunde/konto/dry_run.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(ADMIN)
@recently_signed_in
def konto_confirm(request: StaffRequest) -> HttpResponse:
    """`stand` names the dry run that was looked at: nothing else than that is started."""
    now, form = timezone.now(), NameForm(typed(request))
    stand = (request.POST if request.method == "POST" else request.GET).get("stand", "")
    if request.method == "POST" and form.is_valid():
        try:
            run = start_run(
                practice=request.practice, typed_name=form.cleaned_data["name"], fingerprint=stand, actor=request.user,
                now=now,
            )  # fmt: skip
            return redirect("konto_run", run.pk)
        except WrongName as error:
            form.add_error("name", error.message)
        except (NotReady, PlanChanged) as error:
            return _look_again(request, error.message)
        except RunIsOn as error:
            messages.info(request, error.message)
            return redirect("konto_migration")
    plan = plan_migration(now)
    if not plan.is_ready:
        return _look_again(request, "")
    if stand != plan.fingerprint:
        return _look_again(
            request, _("Seit dem Probelauf hat sich etwas geändert. Bitte sehen Sie ihn noch einmal an.")
        )
    return _question(request, form, plan, stand)


def _look_again(request: StaffRequest, words: str) -> HttpResponse:
    if words:
        messages.warning(request, words)
    return redirect("konto_dry_run")


def _question(request: StaffRequest, form: NameForm, plan: Plan, stand: str) -> HttpResponse:
    context = {
        "heading": _("Migration bestätigen"),
        "steps": step_links(CONFIRM),
        "form": form,
        "plan": plan,
        "stand": stand,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, TEMPLATE, context, status=status)
