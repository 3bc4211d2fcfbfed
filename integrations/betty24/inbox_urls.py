from django.urls import path

from integrations.betty24.views import inbox

urlpatterns = [
    path("online-buchungen/", inbox.new_online, name="betty24_new"),
    path("online-buchungen/gesehen/", inbox.seen, name="betty24_seen"),
    path("online-buchungen/aufgaben/<int:task_id>/erledigt/", inbox.task_done, name="betty24_task_done"),
]
