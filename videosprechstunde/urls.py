from django.urls import path

from videosprechstunde.views import calls, joining, participants, readiness, signalling

TERMIN = "termin/<int:entry_id>/"
STAFF = f"{TERMIN}gespraech/"
PATIENT = "gespraech/"

urlpatterns = [
    path("", joining.join, name="video_join"),
    path("login/", joining.join, name="video_login"),
    path("<int:call_id>/", joining.join_call, name="video_direct"),
    path("warteraum/", joining.room, name="video_room"),
    path("bedingungen/", joining.terms, name="video_terms"),
    path("nicht-bereit/", readiness.readiness_list, name="readiness_list"),
    path("bereit/<int:entry_id>/", readiness.readiness, name="readiness"),
    path("bereit/<int:entry_id>/schritt/", readiness.readiness_step, name="readiness_step"),
    path("teilnehmer/", participants.participants, name="video_participants"),
    path("teilnehmer/neu/", participants.participant_add, name="video_participant_add"),
    path("teilnehmer/dienst/", participants.video_settings, name="video_settings"),
    path("teilnehmer/<int:video_participant_id>/", participants.participant_edit, name="video_participant_edit"),
    path(
        "teilnehmer/<int:video_participant_id>/entfernen/",
        participants.participant_remove,
        name="video_participant_remove",
    ),
    path(TERMIN, calls.call_page, name="video_call"),
    path(f"{TERMIN}danach/", calls.others, name="video_others"),
    path(f"{TERMIN}abschliessen/", calls.finish, name="video_finish"),
    path(f"{TERMIN}zugang/", calls.access, name="video_access"),
    path(f"{TERMIN}zugang/dazuholen/", calls.invite, name="video_invite"),
    path(f"{TERMIN}zugang/extern/", calls.external, name="video_external"),
    path(f"{TERMIN}zugang/<int:member_id>/drucken/", calls.handout, name="video_handout"),
    path(f"{TERMIN}zugang/<int:member_id>/senden/", calls.resend, name="video_resend"),
    path(STAFF, signalling.staff_stand, name="video_staff_base"),
    path(f"{STAFF}stand", signalling.staff_stand, name="video_staff_stand"),
    path(f"{STAFF}strom", signalling.staff_stream, name="video_staff_stream"),
    path(f"{STAFF}betreten", signalling.staff_enter, name="video_staff_enter"),
    path(f"{STAFF}verlassen", signalling.staff_leave, name="video_staff_leave"),
    path(f"{STAFF}signal", signalling.staff_signal, name="video_staff_signal"),
    path(f"{STAFF}geraete", signalling.staff_devices, name="video_staff_devices"),
    path(f"{STAFF}verbindung", signalling.staff_connection, name="video_staff_connection"),
    path(f"{STAFF}einlassen/<int:member_id>", signalling.staff_admit, name="video_staff_admit"),
    path(f"{STAFF}ablehnen/<int:member_id>", signalling.staff_deny, name="video_staff_deny"),
    path(f"{STAFF}dazuholen", signalling.staff_invite, name="video_staff_invite"),
    path(PATIENT, signalling.patient_stand, name="video_patient_base"),
    path(f"{PATIENT}stand", signalling.patient_stand, name="video_patient_stand"),
    path(f"{PATIENT}strom", signalling.patient_stream, name="video_patient_stream"),
    path(f"{PATIENT}betreten", signalling.patient_enter, name="video_patient_enter"),
    path(f"{PATIENT}verlassen", signalling.patient_leave, name="video_patient_leave"),
    path(f"{PATIENT}signal", signalling.patient_signal, name="video_patient_signal"),
    path(f"{PATIENT}geraete", signalling.patient_devices, name="video_patient_devices"),
    path(f"{PATIENT}verbindung", signalling.patient_connection, name="video_patient_connection"),
    path(f"{PATIENT}zustimmung", signalling.patient_consent, name="video_patient_consent"),
    path(f"{PATIENT}absagen", signalling.patient_cancel, name="video_patient_cancel"),
]
