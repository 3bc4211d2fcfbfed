"""What the pages of the guide show: words for the questions, the button of the step, the lines of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from scheduling.models import Entry
from videosprechstunde.readiness.steps import STEPS
from videosprechstunde.readiness.terms import Advice, Answer, Light, Question, StepKind
from videosprechstunde.services.readiness_steps import ACTIONS, ADMIN

ICONS = {Light.RED: "alert", Light.YELLOW: "clock", Light.GREEN: "check-circle"}
MARKS = {Light.RED: "x", Light.YELLOW: "clock", Light.GREEN: "check", None: "minus"}
TONES = {Light.RED: "danger", Light.YELLOW: "warn", Light.GREEN: "ok", None: "none"}
SPOKEN = {Light.RED: _("nein"), Light.YELLOW: _("noch offen"), Light.GREEN: _("ja"), None: _("noch nicht gefragt")}
ASKED = {
    Question.DOCTOR_ACCOUNT: _("Hat die Ärztin oder der Arzt ein Konto?"),
    Question.DOCTOR_SIGN_IN: _("Gelingt die Anmeldung?"),
    Question.PATIENT_WAY: _("Hat die Patientin oder der Patient einen Online-Zugang?"),
    Question.PATIENT_SIGN_IN: _("Gelingt die Anmeldung?"),
    Question.INVITATION: _("Sind Link und TAN unterwegs?"),
}  # fmt: skip
SHORT = {
    Question.DOCTOR_ACCOUNT: _("Arzt-Konto"), Question.DOCTOR_SIGN_IN: _("Anmeldung Arzt"),
    Question.PATIENT_WAY: _("Zugangsweg"), Question.PATIENT_SIGN_IN: _("Anmeldung Patient"),
    Question.INVITATION: _("Link und TAN"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StepButton:
    """`is_post`: pressed, it is done; otherwise it leads to the page where it is done. `may`: this person may."""

    kind: StepKind
    label: Any
    instead: Any
    url: str
    is_post: bool
    may: bool


@dataclass(frozen=True, slots=True)
class AnswerLine:
    question: Any
    short: Any
    words: str
    tone: str
    mark: str
    spoken: Any


@dataclass(frozen=True, slots=True)
class GuideView:
    """An advice, ready to be drawn. `button` None: there is nothing to do."""

    entry: Entry
    headline: str
    tone: str
    icon: str
    why: str
    answers: Sequence[AnswerLine]
    button: StepButton | None

    @property
    def name(self) -> str:
        """As lists show a person."""
        entry = self.entry
        if entry.patient is not None:
            return entry.patient.full_name
        return ", ".join(filter(None, (entry.last_name, entry.first_name)))

    @property
    def birth_date(self) -> date | None:
        return self.entry.patient.birth_date if self.entry.patient is not None else self.entry.birth_date

    @property
    def doctor(self) -> str:
        """Who treats, or where the appointment stands."""
        role = self.entry.column.doctor_role
        return role.name if role is not None else self.entry.column.name

    @property
    def doctor_answers(self) -> Sequence[AnswerLine]:
        return self.answers[:2]

    @property
    def patient_answers(self) -> Sequence[AnswerLine]:
        return self.answers[2:]


def guide_view(entry: Entry, advice: Advice, *, reader: User, back: str) -> GuideView:
    """`back`: where a step returns to."""
    deciding = advice.deciding
    return GuideView(
        entry=entry, headline=advice.headline, tone=TONES[advice.light], icon=ICONS[advice.light],
        why=deciding.words if deciding else "", answers=[_line(answer) for answer in advice.answers],
        button=_button(entry, deciding, reader, back) if deciding else None,
    )  # fmt: skip


def _line(answer: Answer) -> AnswerLine:
    light, question = answer.light, answer.question
    return AnswerLine(
        question=ASKED[question], short=SHORT[question], words=answer.words, tone=TONES[light], mark=MARKS[light],
        spoken=SPOKEN[light],
    )  # fmt: skip


def _button(entry: Entry, answer: Answer, reader: User, back: str) -> StepButton | None:
    if answer.step is None:
        return None
    step, is_post = STEPS[answer.step], answer.step in ACTIONS
    url = reverse("readiness_step", args=[entry.pk]) if is_post else _page_of(answer.step, entry, back)
    may = reader.role == ADMIN or not step.admins_only
    return StepButton(step.kind, step.label, step.instead, url, is_post, may)


def _page_of(kind: StepKind, entry: Entry, back: str) -> str:
    """The page where the step is done, and which returns to `back`."""
    role = entry.column.doctor_role
    places: dict[StepKind, tuple[str, list[int | None]]] = {
        StepKind.CHOOSE_DOCTOR: ("column_edit", [entry.column_id]),
        StepKind.LINK_DOCTOR: ("doctor_role_edit", [role.pk if role else None]),
        StepKind.CREATE_DOCTOR: ("person_create", []),
        StepKind.SET_UP_FACTOR: ("mfa_index", []),
        StepKind.ASSIGN_PATIENT: ("entry_detail", [entry.pk]),
        StepKind.OPEN_APPOINTMENT: ("entry_detail", [entry.pk]),
        StepKind.CHECK_REGISTRATION: ("registrations", []),
        StepKind.CHECK_COUPLING: ("coupling", []),
        StepKind.ADD_EMAIL: ("patient_edit", [entry.patient_id]),
        StepKind.CREATE_PATIENT: ("patient_account_create", [entry.patient_id]),
        StepKind.PRINT_INVITATION: ("video_access", [entry.pk]),
    }
    name, ids = places[kind]
    wanted = {"rolle": User.Role.DOCTOR} if kind == StepKind.CREATE_DOCTOR else {}
    return f"{reverse(name, args=ids)}?{urlencode(wanted | {'next': back})}"
