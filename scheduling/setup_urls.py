"""The settings of the calendar, its history, and the appointments of a patient."""

from django.urls import path

from scheduling.views import patient_appointments, setup_colours, setup_columns, setup_history, setup_raster

urlpatterns = [
    path("einstellungen/spalten/", setup_columns.columns, name="columns"),
    path("einstellungen/spalten/neu/", setup_columns.column_create, name="column_create"),
    path("einstellungen/spalten/<int:column_id>/", setup_columns.column_edit, name="column_edit"),
    path("einstellungen/spalten/<int:column_id>/platz/", setup_columns.column_move, name="column_move"),
    path("einstellungen/spalten/<int:column_id>/raster/", setup_raster.raster, name="raster"),
    path("einstellungen/spalten/<int:column_id>/raster/neu/", setup_raster.rule_create, name="rule_create"),
    path("einstellungen/spalten/<int:column_id>/raster/jahrgang/", setup_raster.period_create, name="period_create"),
    path("einstellungen/raster/<int:rule_id>/", setup_raster.rule_edit, name="rule_edit"),
    path("einstellungen/raster/<int:rule_id>/beenden/", setup_raster.rule_end, name="rule_end"),
    path("einstellungen/kalender/neu/", setup_columns.calendar_create, name="calendar_create"),
    path("einstellungen/kalender/<int:calendar_id>/", setup_columns.calendar_edit, name="calendar_edit"),
    path("einstellungen/terminarten/", setup_columns.types, name="appointment_types"),
    path("einstellungen/terminarten/neu/", setup_columns.type_create, name="type_create"),
    path("einstellungen/terminarten/<int:type_id>/", setup_columns.type_edit, name="type_edit"),
    path("einstellungen/farben/", setup_colours.colours, name="colours"),
    path("kalender/verlauf/", setup_history.history, name="history"),
    path(
        "patienten/<int:patient_id>/termine/",
        patient_appointments.patient_appointments,
        name="patient_appointments",
    ),
]
