"""Online-Zugänge of patients: pages of the practice, and the form that anybody may fill in."""

from django.urls import path

from accounts.views import patient_accounts, register, registrations

urlpatterns = [
    path("patienten/zugaenge/", patient_accounts.patient_accounts, name="patient_accounts"),
    path("patienten/<int:patient_id>/zugang/", patient_accounts.patient_account_create, name="patient_account_create"),
    path(
        "patienten/<int:patient_id>/zugang/senden/", patient_accounts.patient_account_send,
        name="patient_account_send",
    ),
    path(
        "patienten/<int:patient_id>/zugang/schalten/", patient_accounts.patient_account_switch,
        name="patient_account_switch",
    ),
    path(
        "patienten/<int:patient_id>/zugang/e-mail/", patient_accounts.patient_account_email,
        name="patient_account_email",
    ),
    path(
        "patienten/<int:patient_id>/zugang/zweiter-faktor/", patient_accounts.patient_account_factor_reset,
        name="patient_account_factor_reset",
    ),
    path("patienten/registrierungen/", registrations.registrations, name="registrations"),
    path("patienten/registrierungen/<int:registration_id>/", registrations.registration, name="registration"),
    path(
        "patienten/registrierungen/<int:registration_id>/ablehnen/", registrations.registration_reject,
        name="registration_reject",
    ),
    path("einstellungen/registrierung/", registrations.registration_settings, name="registration_settings"),
    path("registrierung/<slug:slug>/", register.register, name="register"),
    path("registrierung/<slug:slug>/danke/", register.registered, name="registered"),
]  # fmt: skip
