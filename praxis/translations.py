"""The English of the pages that patients read: which texts there are, and the catalogue in locale/.

Sources are German. `manage.py translations` brings locale/en in step with them; a house test says when it is not.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.template import Engine
from django.template.base import Node, Template
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from praxis.catalogue import Message

# What patients see, below the tree of the project. Whatever a template includes or extends comes along.
TEMPLATES = (
    "account/*.html", "account/messages/*.txt", "accounts/patient_area/**/*.html", "accounts/welcome/**/*.html",
    "accounts/registrations/register.html", "accounts/registrations/registered.html",
    "accounts/registrations/closed.html", "allauth/**/*.html", "mfa/**/*.html", "mfa/messages/*.txt",
    "usersessions/**/*.*", "scheduling/patient_area/**/*.html", "notifications/patient_area/**/*.html",
    "videosprechstunde/patient/**/*.html", "base_patient.html", "[45]*.html", "django/forms/**/*.html",
)  # fmt: skip
PYTHON = (
    "accounts/adapter.py", "accounts/browsers.py", "accounts/confirmation_words.py", "accounts/mails/invitations.py",
    "accounts/mails/patient_accounts.py", "accounts/mails/security.py", "accounts/middleware.py",
    "accounts/own_data_form.py", "accounts/passwords.py", "accounts/patient_edit_form.py",
    "accounts/second_factor.py", "accounts/second_factor_forms.py", "accounts/services/invitations.py",
    "accounts/services/passwords.py", "accounts/services/patient_area.py", "accounts/services/patient_locks.py",
    "accounts/services/patients.py", "accounts/services/registrations.py", "accounts/services/sign_in_email.py",
    "accounts/views/forgotten.py", "accounts/views/patient_area.py", "accounts/views/patient_sign_in.py",
    "accounts/views/register.py", "accounts/views/welcome.py", "accounts/welcome_forms.py",
    "notifications/forms/own_consent.py", "notifications/patient_additions.py", "notifications/views/own_consents.py",
    "scheduling/patient_additions.py", "scheduling/presentation/own_appointments.py",
    "scheduling/services/own_cancelling.py", "scheduling/views/own_appointments.py",
    "videosprechstunde/mails.py", "videosprechstunde/patient_additions.py", "videosprechstunde/services/consents.py",
    "videosprechstunde/services/entering.py", "videosprechstunde/services/redeeming.py",
    "videosprechstunde/services/waiting.py",
)  # fmt: skip
# Of longer files only these classes and functions.
PARTS = {
    "accounts/models/patient.py": ["Sex"], "accounts/patient_account_forms.py": ["RegisterForm"],
    "accounts/services/patient_accounts.py": ["check_switchable", "clean_email"],
    "notifications/models/consent.py": ["Verdict"], "notifications/models/words.py": ["Channel"],
    "praxis/core/forms.py": ["BirthDateField"],
}  # fmt: skip
DEFINITIONS = (ast.ClassDef, ast.FunctionDef)
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "ngettext": 2, "ngettext_lazy": 2}
MARKED = re.compile(r"""_\((?:"([^"]+)"|'([^']+)')\)""")


Kind = TypeVar("Kind", bound=Node)


def patient_texts() -> set[Message]:
    found = set(template_texts(_templates()))
    for place in PYTHON:
        found.update(python_texts(_parsed(place)))
    for place, names in PARTS.items():
        parts = {node.name: node for node in ast.walk(_parsed(place)) if isinstance(node, DEFINITIONS)}
        for name in names:
            found.update(python_texts(parts[name]))
    return found


def _parsed(place: str) -> ast.Module:
    return ast.parse((settings.BASE_DIR / place).read_text())


def _templates() -> list[str]:
    root = settings.BASE_DIR / "templates"
    return sorted({str(path.relative_to(root)) for pattern in TEMPLATES for path in root.glob(pattern)})


def python_texts(tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [arg.value for arg in node.args[: CALLS.get(node.func.id, 0)] if isinstance(arg, ast.Constant)]
        if texts and all(isinstance(text, str) and text for text in texts):
            yield Message(str(texts[0]), str(texts[1]) if len(texts) > 1 else "")


def template_texts(names: list[str]) -> Iterator[Message]:
    """Of these and of everything of ours that they include or extend by name."""
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        template = Engine.get_default().get_template(name)
        waiting += _named_in(template)
        if Path(template.origin.name).is_relative_to(settings.BASE_DIR / "templates"):
            yield from _texts_of(template)


def _named_in(template: Template) -> Iterator[str]:
    for extends in _nodes(template, ExtendsNode):
        parent = getattr(extends.parent_name, "var", None)
        if isinstance(parent, str):
            yield parent
    for include in _nodes(template, IncludeNode):
        if isinstance(include.template.var, str):
            yield include.template.var


def _texts_of(template: Template) -> Iterator[Message]:
    for plain in _nodes(template, TranslateNode):
        literal = getattr(plain.filter_expression.var, "literal", None)
        if isinstance(literal, str):
            yield Message(literal)
    for block in _nodes(template, BlockTranslateNode):
        plural = block.render_token_list(block.plural)[0] if block.plural else ""
        yield Message(block.render_token_list(block.singular)[0], plural)
    for double, single in MARKED.findall(template.source):
        yield Message(double or single)


def _nodes(template: Template, kind: type[Kind]) -> Iterator[Kind]:
    return (node for node in template.nodelist.get_nodes_by_type(kind) if isinstance(node, kind))
