"""Seed 004's four questions: every answer that can be read from the data, and the one step it leads to."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from videosprechstunde.readiness.advice import give_advice
from videosprechstunde.readiness.facts import Coupled, Doctor, Facts, Invitation, Login, PatientSide, Way
from videosprechstunde.readiness.steps import STEPS
from videosprechstunde.readiness.terms import Advice, Light, Question
from videosprechstunde.readiness.terms import StepKind as Step

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()
NAME = "Dr. Brandes"
IN_THREE_DAYS, IN_AN_HOUR, YESTERDAY = NOW + timedelta(days=3), NOW + timedelta(hours=1), NOW - timedelta(days=1)
IN_MARCH = datetime(2026, 3, 2, 8, 30, tzinfo=NOW.tzinfo)

USED = Login(signed_in_at=YESTERDAY)
UNUSED = Login(signed_in_at=IN_MARCH, is_long_unused=True)
OFF = Login(is_active=False, signed_in_at=IN_MARCH)
NEVER = Login(is_taken_up=False)
INVITED = Login(is_taken_up=False, welcome_until=IN_THREE_DAYS)
FAILED = Login(signed_in_at=IN_MARCH, failed_at=YESTERDAY)
SENT_A_LINK = replace(FAILED, reset_until=IN_AN_HOUR)
STUCK = Login(signed_in_at=IN_MARCH, password_set_at=YESTERDAY, has_second_factor=True)
NO_FACTOR = Login(signed_in_at=YESTERDAY, factor_missing_from=TODAY)

SYSTEM = Coupled(system="Klinik-Portal", contact="Frau Lindner, 0221 5550180")
DOCTOR = Doctor(name=NAME, login=USED)
PATIENT = PatientSide(way=Way.RECEPTION, login=USED)
NO_ACCESS = PatientSide(login=None)

R, Y, G, NOT_YET = Light.RED, Light.YELLOW, Light.GREEN, None


def doctor(login: Login | None = USED, **said: bool) -> Doctor:
    return replace(DOCTOR, login=login, **said)


def patient(login: Login | None = USED, way: Way = Way.RECEPTION, **said: bool) -> PatientSide:
    return replace(PATIENT, login=login, way=way, **said)


class Case(NamedTuple):
    """`lights`: of the four questions, `step`: the button, `says`: what the reason must contain."""

    name: str
    facts: tuple[Doctor | None, PatientSide]
    lights: tuple[Light | None, ...]
    step: Step | None
    says: str


TABLE = [
    # Question 1: has the doctor an account?
    Case("yes, used lately", (DOCTOR, PATIENT), (G, G, G, G), None, ""),
    Case("yes, long unused", (doctor(UNUSED), PATIENT),
         (Y, G, G, G), Step.WELCOME_DOCTOR, "lange nicht benutzt: zuletzt am 02.03.2026 um 08:30 Uhr"),
    Case("yes, long unused, mail sent again", (doctor(replace(UNUSED, welcome_until=IN_THREE_DAYS)), PATIENT),
         (Y, G, G, G), Step.WELCOME_DOCTOR, "ihr Link gilt bis 26.11.2026 um 09:00 Uhr"),
    Case("yes, switched off", (doctor(OFF), PATIENT),
         (R, NOT_YET, G, G), Step.REACTIVATE_DOCTOR, "Das Konto von Dr. Brandes ist deaktiviert"),
    Case("no", (doctor(None), PATIENT), (R, NOT_YET, G, G), Step.CREATE_DOCTOR, "Dr. Brandes hat kein Konto"),
    Case("perhaps one without a role", (doctor(None, has_spare_login=True), PATIENT),
         (R, NOT_YET, G, G), Step.LINK_DOCTOR, "noch ohne Arztrolle"),
    Case("the column has no doctor", (None, PATIENT),
         (R, NOT_YET, G, G), Step.CHOOSE_DOCTOR, "Zur Spalte Video gehört"),
    Case("the role has ended", (doctor(is_active=False), PATIENT),
         (R, NOT_YET, G, G), Step.CHOOSE_DOCTOR, "nicht mehr aktiv"),
    # Question 2: does the doctor get in?
    Case("invited, link open", (doctor(INVITED), PATIENT), (G, Y, G, G), Step.WELCOME_DOCTOR, "gilt bis 26.11.2026"),
    Case("invited, link over", (doctor(NEVER), PATIENT), (G, R, G, G), Step.WELCOME_DOCTOR, "kein gültiger Link"),
    Case("sign-in failed", (doctor(FAILED), PATIENT),
         (G, Y, G, G), Step.RESET_LINK_DOCTOR, "fehlgeschlagen, am 22.11.2026"),
    Case("sign-in failed after a long time", (doctor(replace(FAILED, is_long_unused=True)), PATIENT),
         (G, Y, G, G), Step.RESET_LINK_DOCTOR, "fehlgeschlagen"),
    Case("link for a new password sent", (doctor(SENT_A_LINK), PATIENT),
         (G, Y, G, G), Step.RESET_LINK_DOCTOR, "gilt bis 23.11.2026 um 10:00 Uhr"),
    Case("new password, second factor lost", (doctor(STUCK), PATIENT),
         (G, Y, G, G), Step.RESET_DOCTOR_FACTOR, "Es fehlt der zweite Faktor"),
    Case("new password, no second factor", (doctor(replace(STUCK, has_second_factor=False)), PATIENT),
         (G, G, G, G), None, ""),
    Case("failed, then a new password", (doctor(replace(FAILED, password_set_at=NOW)), PATIENT),
         (G, G, G, G), None, ""),
    Case("failed again with it", (doctor(replace(FAILED, failed_at=NOW, password_set_at=YESTERDAY)), PATIENT),
         (G, Y, G, G), Step.RESET_LINK_DOCTOR, "fehlgeschlagen"),
    Case("second factor missing", (doctor(NO_FACTOR), PATIENT),
         (G, Y, G, G), Step.WELCOME_DOCTOR, "Pflicht ab 23.11.2026"),
    Case("my second factor is missing", (doctor(NO_FACTOR, is_reader=True), PATIENT),
         (G, Y, G, G), Step.SET_UP_FACTOR, "zweiter Faktor"),
    Case("second factor wanted later", (doctor(replace(NO_FACTOR, factor_missing_from=date(2026, 12, 24))), PATIENT),
         (G, G, G, G), None, ""),
    # Question 3: which way does the patient get an access?
    Case("the doctor made it", (DOCTOR, patient(way=Way.DOCTOR)), (G, G, G, G), None, ""),
    Case("reception made it", (DOCTOR, patient(way=Way.RECEPTION)), (G, G, G, G), None, ""),
    Case("the coupling made it", (DOCTOR, patient(way=Way.COUPLING)), (G, G, G, G), None, ""),
    Case("registered alone", (DOCTOR, patient(way=Way.SELF)), (G, G, G, G), None, ""),
    Case("registered alone, not confirmed", (DOCTOR, replace(NO_ACCESS, has_asked=True)),
         (G, G, R, NOT_YET), Step.CHECK_REGISTRATION, "wartet auf die Bestätigung"),
    Case("none yet", (DOCTOR, NO_ACCESS), (G, G, R, NOT_YET), Step.CREATE_PATIENT, "Noch kein Online-Zugang"),
    Case("none, no address", (DOCTOR, replace(NO_ACCESS, has_email=False)),
         (G, G, R, NOT_YET), Step.ADD_EMAIL, "keine E-Mail-Adresse"),
    Case("none, the coupling makes it", (DOCTOR, replace(NO_ACCESS, coupled=SYSTEM)),
         (G, G, R, NOT_YET), Step.CHECK_COUPLING, "Klinik-Portal. Ansprechpartner: Frau Lindner"),
    Case("the coupling knows no contact", (DOCTOR, replace(NO_ACCESS, coupled=Coupled(system="X"))),
         (G, G, R, NOT_YET), Step.CHECK_COUPLING, "Er kommt aus X."),
    Case("switched off", (DOCTOR, patient(is_account_active=False)),
         (G, G, R, NOT_YET), Step.REACTIVATE_PATIENT, "deaktiviert"),
    Case("the sign-in is switched off", (DOCTOR, patient(OFF)),
         (G, G, R, NOT_YET), Step.REACTIVATE_PATIENT, "deaktiviert"),
    Case("switched off by the coupling",
         (DOCTOR, replace(patient(is_account_active=False, is_kept_elsewhere=True), coupled=SYSTEM)),
         (G, G, R, NOT_YET), Step.CHECK_COUPLING, "Darüber entscheidet Klinik-Portal"),
    Case("switched off here beside a coupling", (DOCTOR, replace(patient(is_account_active=False), coupled=SYSTEM)),
         (G, G, R, NOT_YET), Step.REACTIVATE_PATIENT, "deaktiviert"),
    Case("only a name", (DOCTOR, replace(NO_ACCESS, is_known=False)),
         (G, G, R, NOT_YET), Step.ASSIGN_PATIENT, "nur unter einem Namen"),
    Case("deceased", (DOCTOR, patient(is_deceased=True)), (G, G, R, NOT_YET), Step.OPEN_APPOINTMENT, "Sterbedatum"),
    # Question 4: does the patient get in?
    Case("yes", (DOCTOR, patient(replace(USED, signed_in_at=None))), (G, G, G, G), None, ""),
    Case("invited, link open ", (DOCTOR, patient(INVITED)), (G, G, G, Y), Step.WELCOME_PATIENT, "gilt bis 26.11.2026"),
    Case("invited, link over ", (DOCTOR, patient(NEVER)), (G, G, G, R), Step.WELCOME_PATIENT, "kein gültiger Link"),
    Case("long unused", (DOCTOR, patient(UNUSED)), (G, G, G, Y), Step.WELCOME_PATIENT, "lange nicht benutzt"),
    Case("failed", (DOCTOR, patient(FAILED)), (G, G, G, Y), Step.RESET_LINK_PATIENT, "fehlgeschlagen"),
    Case("failed after a long time", (DOCTOR, patient(replace(FAILED, is_long_unused=True))),
         (G, G, G, Y), Step.RESET_LINK_PATIENT, "fehlgeschlagen"),
    Case("new password on its way", (DOCTOR, patient(SENT_A_LINK)),
         (G, G, G, Y), Step.RESET_LINK_PATIENT, "gilt bis 23.11.2026 um 10:00 Uhr"),
    Case("lost the second factor", (DOCTOR, patient(STUCK)), (G, G, G, Y), Step.RESET_PATIENT_FACTOR, "zweite Faktor"),
    # Several at once: what blocks comes first, then the order of the questions.
    Case("both blocked: the doctor first", (doctor(None), NO_ACCESS),
         (R, NOT_YET, R, NOT_YET), Step.CREATE_DOCTOR, "kein Konto"),
    Case("doctor unused, patient blocked", (doctor(UNUSED), NO_ACCESS),
         (Y, G, R, NOT_YET), Step.CREATE_PATIENT, "kein Online-Zugang"),
    Case("both under way: the doctor first", (doctor(INVITED), patient(INVITED)),
         (G, Y, G, Y), Step.WELCOME_DOCTOR, "Eingeladen"),
]  # fmt: skip


AT = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Berlin"))
INVITATIONS: list[tuple[Invitation, Light, Step | None, str]] = [
    (Invitation(sent_at=AT), G, None, "Gesendet am 23.11.2026 um 09:00 Uhr"),
    (Invitation(is_elsewhere=True), G, None, "Das andere System"),
    (Invitation(), Y, Step.SEND_INVITATION, "Noch nicht gesendet"),
    (Invitation(has_address=False), Y, Step.PRINT_INVITATION, "keine E-Mail-Adresse"),
    (Invitation(is_complete=False), R, Step.PRINT_INVITATION, "noch nicht eingetragen"),
    (Invitation(sent_at=AT, is_locked=True), R, Step.RENEW_INVITATION, "gesperrt"),
    (Invitation(sent_at=AT, opened_at=AT, microphone="ok"), G, None, "im Warteraum seit"),
    (Invitation(sent_at=AT, opened_at=AT), G, None, "im Warteraum seit"),
    (Invitation(sent_at=AT, opened_at=AT, microphone="denied"), Y, Step.PRINT_INVITATION, "Mikrofon"),
]


@pytest.mark.parametrize(("known", "light", "step", "words"), INVITATIONS)
def test_it_says_how_far_link_and_tan_are(known: Invitation, light: Light, step: Step | None, words: str) -> None:
    advice = give_advice(Facts(column="Video", day=TODAY, doctor=DOCTOR, patient=patient(), invitation=known))
    answer = advice.answers[4]

    assert (answer.question, answer.light, answer.step) == (Question.INVITATION, light, step)
    assert words in answer.words
    assert answer.words.endswith(".")
    assert advice.light is light


def advice_for(case: Case) -> Advice:
    who, whom = case.facts
    return give_advice(Facts(column="Video", day=TODAY, doctor=who, patient=whom))


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.name)
def test_it_answers_the_four_questions_and_names_one_step(case: Case) -> None:
    advice = advice_for(case)

    assert tuple(answer.light for answer in advice.answers) == case.lights
    assert tuple(answer.question for answer in advice.answers) == tuple(Question)[:4]
    deciding = advice.deciding
    assert (deciding.step if deciding else None) is case.step
    assert case.says in (deciding.words if deciding else "")
    assert advice.is_ready is (case.step is None)


@pytest.mark.parametrize(
    ("name", "light", "headline"),
    [
        ("yes, used lately", Light.GREEN, "bereit"), ("yes, long unused", Light.YELLOW, "noch offen"),
        ("doctor unused, patient blocked", Light.RED, "nicht bereit"),
    ],
)  # fmt: skip
def test_the_worst_light_counts(name: str, light: Light, headline: str) -> None:
    [advice] = [advice_for(case) for case in TABLE if case.name == name]

    assert advice.light is light
    assert advice.headline == headline


def test_every_step_is_reached_has_a_button_and_says_what_else_to_do() -> None:
    steps = [case.step for case in TABLE] + [step for _known, _light, step, _words in INVITATIONS]
    assert set(filter(None, steps)) == set(Step) == set(STEPS)
    for step in STEPS.values():
        assert str(step.label)
        assert str(step.instead).endswith(".")


def test_no_answer_is_without_words() -> None:
    for case in TABLE:
        for answer in advice_for(case).answers:
            assert answer.words.endswith("."), case.name
            assert "%" not in answer.words, case.name


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (Way.DOCTOR, "von der Ärztin oder dem Arzt angelegt"), (Way.RECEPTION, "vom Empfang angelegt"),
        (Way.COUPLING, "aus der Koppelung"), (Way.SELF, "selbst registriert"),
    ],
)  # fmt: skip
def test_the_third_answer_names_the_way(way: Way, words: str) -> None:
    advice = give_advice(Facts(column="Video", day=TODAY, doctor=DOCTOR, patient=patient(way=way)))

    assert words in advice.answers[2].words
