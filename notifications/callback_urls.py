from django.urls import path

from notifications.views.callbacks import delivery_report

urlpatterns = [path("rueckmeldung/<str:token>/", delivery_report, name="message-callback")]
