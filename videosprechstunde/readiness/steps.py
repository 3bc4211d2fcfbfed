"""Every step the guide knows: its button, who may press it, and what to do when it does not help."""

from django.utils.translation import gettext_lazy as _

from videosprechstunde.readiness.terms import Step, StepKind

_LOST_MAIL = _("Kommt sie nicht an: im Spam-Ordner nachsehen lassen und die E-Mail-Adresse prüfen.")
_NOT_THE_PASSWORD = _(
    "Liegt es nicht am Passwort, sondern am zweiten Faktor: einen Notfallcode benutzen oder den zweiten Faktor "
    "zurücksetzen lassen."
)
_RECOVERY_CODE = _("Vielleicht ist noch ein Notfallcode da: Er ersetzt den zweiten Faktor einmal.")

_ALL = (
    Step(
        StepKind.CHOOSE_DOCTOR, _("Arztrolle der Spalte wählen"),
        _("Fehlt die Arztrolle in der Auswahl: zuerst unter Einstellungen, Arztrollen anlegen."), admins_only=True,
    ),
    Step(
        StepKind.LINK_DOCTOR, _("Konto zuordnen"),
        _("Gehört keins der Konten dazu: unter Einstellungen, Personen ein neues anlegen."), admins_only=True,
    ),
    Step(
        StepKind.CREATE_DOCTOR, _("Konto anlegen"),
        _("Ist die E-Mail-Adresse vergeben, gibt es das Konto schon: unter Einstellungen, Personen suchen."),
        admins_only=True,
    ),
    Step(
        StepKind.REACTIVATE_DOCTOR, _("Konto reaktivieren"),
        _("Ist die Person nicht mehr in der Praxis: der Spalte eine andere Arztrolle geben."), admins_only=True,
    ),
    Step(StepKind.WELCOME_DOCTOR, _("Willkommens-E-Mail erneut senden"), _LOST_MAIL),
    Step(StepKind.RESET_LINK_DOCTOR, _("Link für neues Passwort senden"), _NOT_THE_PASSWORD),
    Step(StepKind.RESET_DOCTOR_FACTOR, _("Zweiten Faktor zurücksetzen"), _RECOVERY_CODE, admins_only=True),
    Step(
        StepKind.SET_UP_FACTOR, _("Zweiten Faktor einrichten"),
        _("Ohne Smartphone geht es mit einem Passkey dieses Computers oder einem Sicherheitsschlüssel."),
    ),
    Step(
        StepKind.ASSIGN_PATIENT, _("Patient zuordnen"),
        _("Ist die Person neu: zuerst unter Patienten anlegen, dann dem Termin zuordnen."),
    ),
    Step(StepKind.OPEN_APPOINTMENT, _("Termin ansehen"), _("Stimmt das Datum nicht: in der Patientenakte ändern.")),
    Step(
        StepKind.CHECK_REGISTRATION, _("Registrierung prüfen"),
        _("Ist es nicht dieselbe Person: die Registrierung ablehnen und hier einen Online-Zugang anlegen."),
    ),
    Step(
        StepKind.CHECK_COUPLING, _("Koppelung ansehen"),
        _("Kommt der Zugang nicht rechtzeitig: den Termin in der Praxis oder am Telefon anbieten."), admins_only=True,
    ),
    Step(
        StepKind.ADD_EMAIL, _("E-Mail-Adresse eintragen"),
        _("Gibt es keine E-Mail-Adresse: den Termin in der Praxis oder am Telefon anbieten."),
    ),
    Step(
        StepKind.CREATE_PATIENT, _("Online-Zugang anlegen"),
        _("Wird die E-Mail-Adresse schon benutzt: In der Patientenakte steht, von welchem Zugang."),
    ),
    Step(
        StepKind.REACTIVATE_PATIENT, _("Online-Zugang reaktivieren"),
        _("Soll der Zugang gesperrt bleiben: den Termin in der Praxis oder am Telefon anbieten."),
    ),
    Step(StepKind.WELCOME_PATIENT, _("Willkommens-E-Mail erneut senden"), _LOST_MAIL),
    Step(StepKind.RESET_LINK_PATIENT, _("Link für neues Passwort senden"), _NOT_THE_PASSWORD),
    Step(StepKind.RESET_PATIENT_FACTOR, _("Zweiten Faktor zurücksetzen"), _RECOVERY_CODE),
    Step(
        StepKind.SEND_INVITATION, _("Link und TAN senden"),
        _("Kommt die E-Mail nicht an: die TAN am Telefon vorlesen. Sie steht beim Termin."),
    ),
    Step(
        StepKind.RENEW_INVITATION, _("Link und TAN erneut senden"),
        _("Kommt die E-Mail nicht an: die neue TAN am Telefon vorlesen. Sie steht beim Termin."),
    ),
    Step(
        StepKind.PRINT_INVITATION, _("Link und TAN ansehen"),
        _("Link und TAN lassen sich drucken und mitgeben, oder am Telefon vorlesen."),
    ),
)  # fmt: skip
STEPS = {step.kind: step for step in _ALL}
