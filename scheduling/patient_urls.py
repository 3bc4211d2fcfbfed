"""Appointments in the area of patients, below mein/<account_id>/."""

from django.urls import path

from scheduling.views.own_appointments import own_appointment_cancel, own_appointments

urlpatterns = [
    path("termine/", own_appointments, name="own_appointments"),
    path("termine/<int:appointment_id>/absagen/", own_appointment_cancel, name="own_appointment_cancel"),
]
