import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, RequestContext, Template
from django.test import RequestFactory

from accounts.models import User
from praxis.core.templatetags import ui


def _render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_without_a_label_is_mute_decoration() -> None:
    svg = _render('{% icon "search" class="icon-s" %}')
    assert 'class="icon icon-s" aria-hidden="true"' in svg
    assert "#i-search" in svg


def test_an_icon_with_a_label_is_an_image_and_escapes_it() -> None:
    svg = _render('{% icon "lock" label=label %}', label='<b>"gesperrt"</b>')
    assert 'role="img"' in svg
    assert "&lt;b&gt;&quot;gesperrt&quot;&lt;/b&gt;" in svg


def test_every_icon_that_a_template_asks_for_is_in_the_sprite() -> None:
    base = Path(settings.BASE_DIR)
    drawn = set(re.findall(r'id="i-([\w-]+)"', (base / "praxis/static/icons.svg").read_text()))
    templates = "".join(path.read_text() for path in (base / "templates").rglob("*.html"))
    asked = set(re.findall(r'{% icon "([\w-]+)"', templates)) | {entry.icon for entry in ui.MENU}
    assert asked - drawn == set()


def test_the_administration_is_offered_to_administrators_only() -> None:
    def labels(role: User.Role) -> list[str]:
        request = RequestFactory().get("/einstellungen/")
        request.user = User(role=role)
        return [link.label for link in ui.nav_items(RequestContext(request, {"request": request})) if link.is_current]

    assert labels(User.Role.PRACTICE_ADMIN) == ["Einstellungen"]
    assert labels(User.Role.RECEPTION) == []


def test_changed_keys_arrive_as_json_and_rubbish_as_none() -> None:
    assert ui.keys_json({"next_free": "b"}) == '{"next_free": "b"}'
    assert ui.keys_json("") == "{}"


class _Form(forms.Form):
    name = forms.CharField(label="Name", help_text="Wie im Ausweis", max_length=3)
    note = forms.CharField(label="Notiz", required=False)
    sex = forms.ChoiceField(label="Geschlecht", choices=[("f", "weiblich")], widget=forms.RadioSelect)
    password = forms.CharField(label="Passwort", widget=forms.PasswordInput)
    agreed = forms.BooleanField(label="Einverstanden")


@pytest.mark.parametrize("name", ["name", "password", "agreed"])
def test_a_wrong_field_points_to_its_error_and_its_help(name: str) -> None:
    html = str(_Form({})[name].as_field_group())
    assert 'aria-invalid="true"' in html
    assert f'id="id_{name}_error"' in html
    assert f"id_{name}_error" in html.split('aria-describedby="')[1].split('"')[0]


def test_several_choices_stand_in_a_fieldset_with_their_error() -> None:
    html = str(_Form({})["sex"].as_field_group())
    assert '<fieldset class="field' in html
    assert 'aria-describedby="id_sex_error"' in html


def test_only_what_may_stay_empty_is_marked() -> None:
    html = str(_Form())
    assert html.count("(freiwillig)") == 1
