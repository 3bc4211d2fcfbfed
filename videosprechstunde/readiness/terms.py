"""The words of the guide: lights, questions, steps, and what an advice consists of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _


class Light(StrEnum):
    """Red: somebody cannot get in unless a person acts. Yellow: under way, or it may fail. Green: nothing to do."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


HEADLINES = {Light.RED: _("nicht bereit"), Light.YELLOW: _("noch offen"), Light.GREEN: _("bereit")}


class Question(StrEnum):
    """Seed 004's four questions, in its order, and whether link and TAN have reached the patient."""

    DOCTOR_ACCOUNT = "doctor_account"
    DOCTOR_SIGN_IN = "doctor_sign_in"
    PATIENT_WAY = "patient_way"
    PATIENT_SIGN_IN = "patient_sign_in"
    INVITATION = "invitation"


class StepKind(StrEnum):
    CHOOSE_DOCTOR = "choose_doctor"
    LINK_DOCTOR = "link_doctor"
    CREATE_DOCTOR = "create_doctor"
    REACTIVATE_DOCTOR = "reactivate_doctor"
    WELCOME_DOCTOR = "welcome_doctor"
    RESET_LINK_DOCTOR = "reset_link_doctor"
    RESET_DOCTOR_FACTOR = "reset_doctor_factor"
    SET_UP_FACTOR = "set_up_factor"
    ASSIGN_PATIENT = "assign_patient"
    OPEN_APPOINTMENT = "open_appointment"
    CHECK_REGISTRATION = "check_registration"
    CHECK_COUPLING = "check_coupling"
    ADD_EMAIL = "add_email"
    CREATE_PATIENT = "create_patient"
    REACTIVATE_PATIENT = "reactivate_patient"
    WELCOME_PATIENT = "welcome_patient"
    RESET_LINK_PATIENT = "reset_link_patient"
    RESET_PATIENT_FACTOR = "reset_patient_factor"
    SEND_INVITATION = "send_invitation"
    RENEW_INVITATION = "renew_invitation"
    PRINT_INVITATION = "print_invitation"


@dataclass(frozen=True, slots=True)
class Step:
    """What helps now. `label` is the button, `instead` what to do when it does not help. `admins_only`: others read
    whom to ask."""

    kind: StepKind
    label: Any
    instead: Any
    admins_only: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """`light` None: the question makes no sense before an earlier one is solved."""

    question: Question
    light: Light | None
    words: str
    step: StepKind | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """All answers, the fifth only where there is a call; the worst light counts, and of that light the first question
    says why and names the step."""

    answers: tuple[Answer, ...]

    @property
    def light(self) -> Light:
        return next((light for light in Light if any(answer.light == light for answer in self.answers)), Light.GREEN)

    @property
    def is_ready(self) -> bool:
        return self.light == Light.GREEN

    @property
    def headline(self) -> str:
        return str(HEADLINES[self.light])

    @property
    def deciding(self) -> Answer | None:
        """None when everybody is ready."""
        return None if self.is_ready else next(answer for answer in self.answers if answer.light == self.light)
