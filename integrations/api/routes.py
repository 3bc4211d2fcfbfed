"""What /api/schema/ describes."""

from django.urls import path

from integrations.api.views.appointments import Appointment, Appointments
from integrations.api.views.columns import AppointmentTypes, Columns
from integrations.api.views.free_slots import FreeSlots
from integrations.api.views.patients import OnePatient, Patients
from integrations.arztkonsultation.api import Call, Calls
from integrations.coupling.api import CoupledPatients

urlpatterns = [
    path("api/v1/columns", Columns.as_view(), name="api_columns"),
    path("api/v1/appointment-types", AppointmentTypes.as_view(), name="api_appointment_types"),
    path("api/v1/free-slots", FreeSlots.as_view(), name="api_free_slots"),
    path("api/v1/appointments", Appointments.as_view(), name="api_appointments"),
    path("api/v1/appointments/<int:appointment_id>", Appointment.as_view(), name="api_appointment"),
    path("api/v1/patients", Patients.as_view(), name="api_patients"),
    path("api/v1/patients/<int:patient_id>", OnePatient.as_view(), name="api_patient"),
    path("api/v1/coupling/patients/<str:external_id>", CoupledPatients.as_view(), name="api_coupled_patient"),
    path("api/v2/calls", Calls.as_view(), name="api_calls"),
    path("api/v2/calls/<int:call_id>", Call.as_view(), name="api_call"),
]
