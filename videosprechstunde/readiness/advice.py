"""From facts to advice: seed 004's four questions, answered for one appointment. No database, no clock."""

from dataclasses import replace

from django.utils.translation import gettext as _

from videosprechstunde.readiness.facts import Doctor, Facts, PatientSide, Way
from videosprechstunde.readiness.inviting import answer_invitation
from videosprechstunde.readiness.signing_in import Help, answer_sign_in, unused_words
from videosprechstunde.readiness.terms import Advice, Answer, Light, Question, StepKind

DOCTOR = Help(
    welcome=StepKind.WELCOME_DOCTOR, reset_link=StepKind.RESET_LINK_DOCTOR, reset_factor=StepKind.RESET_DOCTOR_FACTOR,
    set_up_factor=StepKind.WELCOME_DOCTOR,
)  # fmt: skip
READING_DOCTOR = replace(DOCTOR, set_up_factor=StepKind.SET_UP_FACTOR)
PATIENT = Help(
    welcome=StepKind.WELCOME_PATIENT, reset_link=StepKind.RESET_LINK_PATIENT,
    reset_factor=StepKind.RESET_PATIENT_FACTOR, set_up_factor=StepKind.WELCOME_PATIENT,
)  # fmt: skip


def give_advice(facts: Facts) -> Advice:
    account = _doctor_account(facts)
    way = _patient_way(facts.patient)
    four = (account, _doctor_sign_in(facts, account), way, _patient_sign_in(facts, way))
    return Advice(four if facts.invitation is None else (*four, answer_invitation(facts.invitation)))


def _doctor_account(facts: Facts) -> Answer:
    doctor, question = facts.doctor, Question.DOCTOR_ACCOUNT
    if doctor is None:
        words = _("Zur Spalte %(column)s gehört noch keine Ärztin und kein Arzt.") % {"column": facts.column}
        return Answer(question, Light.RED, words, StepKind.CHOOSE_DOCTOR)
    if not doctor.is_active:
        words = _("Die Arztrolle %(doctor)s ist nicht mehr aktiv.")
        return Answer(question, Light.RED, words % {"doctor": doctor.name}, StepKind.CHOOSE_DOCTOR)
    if doctor.login is None:
        return _doctor_without_login(doctor)
    if not doctor.login.is_active:
        words = _("Das Konto von %(doctor)s ist deaktiviert.")
        return Answer(question, Light.RED, words % {"doctor": doctor.name}, StepKind.REACTIVATE_DOCTOR)
    if doctor.login.is_taken_up and doctor.login.is_long_unused and not doctor.login.is_trying:
        return Answer(question, Light.YELLOW, unused_words(doctor.login), StepKind.WELCOME_DOCTOR)
    return Answer(question, Light.GREEN, _("Ja, %(doctor)s hat eins.") % {"doctor": doctor.name})


def _doctor_without_login(doctor: Doctor) -> Answer:
    question, said = Question.DOCTOR_ACCOUNT, {"doctor": doctor.name}
    if doctor.has_spare_login:
        words = _("%(doctor)s ist kein Konto zugeordnet. Mindestens eins ist noch ohne Arztrolle.")
        return Answer(question, Light.RED, words % said, StepKind.LINK_DOCTOR)
    return Answer(question, Light.RED, _("%(doctor)s hat kein Konto.") % said, StepKind.CREATE_DOCTOR)


def _doctor_sign_in(facts: Facts, account: Answer) -> Answer:
    doctor = facts.doctor
    if account.light == Light.RED or doctor is None or doctor.login is None:
        return Answer(Question.DOCTOR_SIGN_IN, None, _("Zuerst braucht es ein aktives Konto."))
    steps = READING_DOCTOR if doctor.is_reader else DOCTOR
    return answer_sign_in(Question.DOCTOR_SIGN_IN, doctor.login, steps, day=facts.day)


def _patient_way(patient: PatientSide) -> Answer:
    question = Question.PATIENT_WAY
    if not patient.is_known:
        words = _("Der Termin steht nur unter einem Namen, noch nicht bei einem Patienten der Praxis.")
        return Answer(question, Light.RED, words, StepKind.ASSIGN_PATIENT)
    if patient.is_deceased:
        words = _("In der Patientenakte steht ein Sterbedatum.")
        return Answer(question, Light.RED, words, StepKind.OPEN_APPOINTMENT)
    if patient.login is None:
        return _no_access(patient)
    if not patient.is_account_active or not patient.login.is_active:
        return _switched_off(patient)
    return Answer(question, Light.GREEN, _way_words(patient.way))


def _no_access(patient: PatientSide) -> Answer:
    question = Question.PATIENT_WAY
    if patient.coupled:
        words = _("Noch kein Online-Zugang. Er kommt aus %(system)s.")
        return Answer(question, Light.RED, _with_contact(words, patient), StepKind.CHECK_COUPLING)
    if patient.has_asked:
        words = _("Hat sich selbst registriert und wartet auf die Bestätigung der Praxis.")
        return Answer(question, Light.RED, words, StepKind.CHECK_REGISTRATION)
    if not patient.has_email:
        words = _("Noch kein Online-Zugang, und in der Patientenakte steht keine E-Mail-Adresse.")
        return Answer(question, Light.RED, words, StepKind.ADD_EMAIL)
    return Answer(question, Light.RED, _("Noch kein Online-Zugang."), StepKind.CREATE_PATIENT)


def _switched_off(patient: PatientSide) -> Answer:
    question = Question.PATIENT_WAY
    if patient.coupled and patient.is_kept_elsewhere:
        words = _("Der Online-Zugang ist deaktiviert. Darüber entscheidet %(system)s.")
        return Answer(question, Light.RED, _with_contact(words, patient), StepKind.CHECK_COUPLING)
    return Answer(question, Light.RED, _("Der Online-Zugang ist deaktiviert."), StepKind.REACTIVATE_PATIENT)


def _with_contact(words: str, patient: PatientSide) -> str:
    coupled = patient.coupled
    said = words % {"system": coupled.system if coupled else ""}
    if coupled and coupled.contact:
        said = " ".join((said, _("Ansprechpartner: %(contact)s.") % {"contact": coupled.contact}))
    return said


def _way_words(way: Way | None) -> str:
    if way == Way.DOCTOR:
        return _("Online-Zugang, von der Ärztin oder dem Arzt angelegt.")
    if way == Way.COUPLING:
        return _("Online-Zugang aus der Koppelung.")
    if way == Way.SELF:
        return _("Online-Zugang, selbst registriert und von der Praxis bestätigt.")
    return _("Online-Zugang, vom Empfang angelegt.")


def _patient_sign_in(facts: Facts, way: Answer) -> Answer:
    question, login = Question.PATIENT_SIGN_IN, facts.patient.login
    if way.light == Light.RED or login is None:
        return Answer(question, None, _("Zuerst braucht es einen aktiven Online-Zugang."))
    answer = answer_sign_in(question, login, PATIENT, day=facts.day)
    if answer.light == Light.GREEN and login.is_long_unused:
        return Answer(question, Light.YELLOW, unused_words(login), StepKind.WELCOME_PATIENT)
    return answer
