from django.urls import include, path

from accounts.views import patients, people, practice, second_factor, start, tokens

urlpatterns = [
    path("", start.start, name="start"),
    path("sprache/", start.language, name="language"),
    path("mein/", include("accounts.patient_urls")),
    path("willkommen/", include("accounts.welcome_urls")),
    path("", include("accounts.patient_account_urls")),
    path("patienten/", patients.patients, name="patients"),
    path("patienten/suche/", patients.patient_search, name="patient_search"),
    path("patienten/neu/", patients.patient_create, name="patient_create"),
    path("patienten/<int:patient_id>/", patients.patient, name="patient"),
    path("patienten/<int:patient_id>/bearbeiten/", patients.patient_edit, name="patient_edit"),
    path("patienten/<int:patient_id>/behandlung/", patients.treatment_add, name="treatment_add"),
    path("einstellungen/", practice.settings, name="settings"),
    path("einstellungen/mandanten/", practice.mandant_list, name="mandanten"),
    path("einstellungen/mandanten/neu/", practice.mandant_create, name="mandant_create"),
    path("einstellungen/mandanten/<int:mandant_id>/", practice.mandant_edit, name="mandant_edit"),
    path("einstellungen/arztrollen/", practice.doctor_role_list, name="doctor_roles"),
    path("einstellungen/arztrollen/neu/", practice.doctor_role_create, name="doctor_role_create"),
    path("einstellungen/arztrollen/<int:role_id>/", practice.doctor_role_edit, name="doctor_role_edit"),
    path("einstellungen/anmeldung/", second_factor.sign_in_rules, name="sign_in_rules"),
    path("einstellungen/api/", tokens.api_token_list, name="api_tokens"),
    path("einstellungen/api/<int:token_id>/widerrufen/", tokens.api_token_revoke, name="api_token_revoke"),
    path("einstellungen/online-konten/", include("accounts.online_urls")),
    path("einstellungen/personen/", people.people, name="people"),
    path("einstellungen/personen/neu/", people.person_create, name="person_create"),
    path("einstellungen/personen/<int:user_id>/", people.person_edit, name="person_edit"),
    path("einstellungen/personen/<int:user_id>/schalten/", people.person_switch, name="person_switch"),
    path(
        "einstellungen/personen/<int:user_id>/zweiter-faktor/", second_factor.second_factor_reset,
        name="second_factor_reset",
    ),
    path("einstellungen/personen/<int:user_id>/link/", people.person_send_link, name="person_send_link"),
]  # fmt: skip
