"""The raster of a column. What a change would leave outside is shown before it is saved."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import StaffRequest, staff_required
from praxis.core.exceptions import PraxisError
from praxis.core.form_page import form_page, typed
from praxis.core.forms import accepts
from scheduling.access import column_for, grid_rule_for
from scheduling.forms.setup import EndForm, GridRuleForm, PeriodForm
from scheduling.models import CalendarColumn, GridRule
from scheduling.presentation.setup import outside_lines
from scheduling.selectors.columns import grid_rules
from scheduling.selectors.setup import RasterEffect, coming_appointments, effect_of, periods_of
from scheduling.services.grid_rules import (
    add_grid_rules,
    change_grid_rule,
    check_draft,
    draft_of,
    end_grid_rule,
    ended_draft,
    start_new_period,
)
from scheduling.slots import Rule

ADMIN = "practice_admin"
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@staff_required(ADMIN)
def raster(request: StaffRequest, column_id: int) -> HttpResponse:
    column = column_for(request, column_id)
    today = timezone.localdate()
    periods = [(period, period.is_current(today)) for period in periods_of(column)]
    context = {"section": "columns", "column": column, "periods": periods, "today": today}
    return render(request, "scheduling/setup/raster.html", context)


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def rule_create(request: StaffRequest, column_id: int) -> HttpResponse:
    column = column_for(request, column_id)
    initial = {"valid_from": timezone.localdate(), "weekdays": [0, 1, 2, 3, 4]}
    form = GridRuleForm(typed(request), initial=initial)
    page = {"heading": _("Rasterzeile hinzufügen"), "column": column, "section": "columns"}
    return _raster_change(
        request, column, form, page,
        after=lambda before: [*before, *form.draft().as_rules(column.pk)],
        save=lambda: add_grid_rules(column=column, draft=form.draft(), actor=request.user),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def rule_edit(request: StaffRequest, rule_id: int) -> HttpResponse:
    rule = grid_rule_for(request, rule_id)
    column, old = rule.column, draft_of(rule)
    initial = {name: getattr(old, name) for name in GridRuleForm.base_fields}
    initial["appointment_types"] = [kind.pk for kind in old.appointment_types]
    form = GridRuleForm(typed(request), initial=initial, chosen=list(old.appointment_types))
    page = {"heading": _("Rasterzeile ändern"), "column": column, "section": "columns", "rule": rule}
    return _raster_change(
        request, column, form, page,
        after=lambda before: [*_without(before, rule), *form.draft().as_rules(column.pk)],
        save=lambda: change_grid_rule(rule=rule, draft=form.draft(), actor=request.user),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def rule_end(request: StaffRequest, rule_id: int) -> HttpResponse:
    rule = grid_rule_for(request, rule_id)
    column = rule.column
    form = EndForm(typed(request), initial={"last_day": timezone.localdate()})
    page = {"heading": _("Rasterzeile beenden"), "column": column, "section": "columns", "rule": rule}

    def after(before: list[Rule]) -> list[Rule]:
        ended = ended_draft(rule, form.cleaned_data["last_day"])
        return [*_without(before, rule), *(ended.as_rules(column.pk) if ended else [])]

    return _raster_change(
        request, column, form, page, after=after,
        save=lambda: end_grid_rule(rule=rule, last_day=form.cleaned_data["last_day"], actor=request.user),
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@staff_required(ADMIN)
def period_create(request: StaffRequest, column_id: int) -> HttpResponse:
    column = column_for(request, column_id)
    form = PeriodForm(typed(request), initial={"first_day": timezone.localdate() + timedelta(days=1)})

    def save(cleaned: dict[str, Any]) -> list[GridRule]:
        return start_new_period(column=column, actor=request.user, **cleaned)

    if accepts(form, save):
        messages.success(request, _("Der neue Jahrgang ist angelegt. Seine Zeilen können Sie jetzt ändern."))
        return redirect("raster", column.pk)
    return form_page(
        request, form, template="scheduling/setup/period.html", section="columns", column=column,
        heading=_("Neuer Jahrgang"),
    )  # fmt: skip


def _raster_change(
    request: StaffRequest, column: CalendarColumn, form: forms.Form, page: dict[str, Any], *,
    after: Callable[[list[Rule]], list[Rule]], save: Callable[[], object],
) -> HttpResponse:  # fmt: skip
    """Ask when appointments would newly lie outside and the person has not seen exactly these; else save."""
    template = "scheduling/setup/rule.html"
    if not form.is_valid() or "zurueck" in request.POST:
        return form_page(request, form, template=template, **page)
    try:
        if isinstance(form, GridRuleForm):
            check_draft(form.draft())
        effect = _effect(request, column, after)
        seen = set(request.POST.get("gesehen", "").split())
        hit = [str(one.entry.pk) for one in effect.fresh]
        if not set(hit) <= seen:
            lines = outside_lines(request.practice, effect.fresh)
            context = {**page, "form": form, "lines": lines, "seen": " ".join(hit), **_question(len(lines))}
            return render(request, "scheduling/setup/question.html", context)
        save()
    except PraxisError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return form_page(request, form, template=template, **page)
    messages.success(request, _saved_words(effect))
    return redirect("raster", column.pk)


def _effect(request: StaffRequest, column: CalendarColumn, after: Callable[[list[Rule]], list[Rule]]) -> RasterEffect:
    before = grid_rules([column.pk])
    entries = coming_appointments(column, now=timezone.now())
    return effect_of(before, after(before), entries, zone=ZoneInfo(request.practice.time_zone))


def _question(count: int) -> dict[str, str]:
    return {
        "question": ngettext(
            "%(n)d gebuchter Termin läge danach außerhalb des Rasters",
            "%(n)d gebuchte Termine lägen danach außerhalb des Rasters",
            count,
        )
        % {"n": count},
        "yes": _("Trotzdem speichern"),
    }


def _saved_words(effect: RasterEffect) -> str:
    if not effect.fresh:
        return _("Das Raster ist gespeichert. Kein gebuchter Termin liegt dadurch außerhalb.")
    return _("Das Raster ist gespeichert. Die Termine außerhalb stehen unverändert im Kalender.")


def _without(rules: Sequence[Rule], rule: GridRule) -> list[Rule]:
    """All but one rule like this one: the slot function knows rules by what they say, not by id."""
    left = list(rules)
    gone = draft_of(rule).as_rules(rule.column_id)[0]
    if gone in left:
        left.remove(gone)
    return left
