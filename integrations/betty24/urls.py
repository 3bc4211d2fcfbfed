from django.urls import path

from integrations.betty24.views import bookings, jobs, ledger, settings

urlpatterns = [
    path("verwaltung/betty24/", settings.betty24_settings, name="betty24_settings"),
    path("verwaltung/betty24/schalten/", settings.switch, name="betty24_switch"),
    path("verwaltung/betty24/stand/", ledger.ledger, name="betty24_ledger"),
    path("verwaltung/betty24/abgleichen/", jobs.sync_now, name="betty24_sync"),
    path("verwaltung/betty24/vergleichen/", jobs.compare_all, name="betty24_compare"),
    path("verwaltung/betty24/spalte/<int:binding_id>/vergleichen/", jobs.compare_column, name="betty24_compare_column"),
    path("verwaltung/betty24/spalte/<int:binding_id>/angleichen/", jobs.repair_column, name="betty24_repair"),
    path("verwaltung/betty24/spalte/<int:binding_id>/wiederholen/", jobs.retry_refused, name="betty24_retry"),
    path("verwaltung/betty24/spalte/<int:binding_id>/anhalten/", jobs.pause, name="betty24_pause"),
    path("verwaltung/betty24/spalte/<int:binding_id>/uebertragen/", jobs.upload, name="betty24_upload"),
    path("verwaltung/betty24/buchungen/", bookings.booking_list, name="betty24_bookings"),
    path("verwaltung/betty24/buchungen.csv", bookings.booking_export, name="betty24_bookings_csv"),
    path("verwaltung/betty24/buchungen/<int:booking_id>/", bookings.booking_info, name="betty24_booking"),
]
