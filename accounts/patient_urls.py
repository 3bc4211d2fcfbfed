"""What this floor has in the area of patients, below mein/."""

from django.urls import path

from accounts.views import patient_area, patient_sign_in

urlpatterns = [
    path("", patient_area.patient_area, name="patient_area"),
    path("<int:account_id>/", patient_area.patient_home, name="patient_home"),
    path("<int:account_id>/daten/", patient_area.patient_data, name="patient_data"),
    path("<int:account_id>/daten/aendern/", patient_area.patient_data_edit, name="patient_data_edit"),
    path("<int:account_id>/anmeldung/", patient_sign_in.patient_sign_in, name="patient_sign_in"),
    path("<int:account_id>/anmeldung/email/", patient_sign_in.patient_sign_in_email, name="patient_sign_in_email"),
]
