from django.urls import path

from integrations.etermin.views import inbox, pulls

urlpatterns = [
    path("etermin/", inbox.inbox_page, name="etermin_inbox"),
    path("etermin/sendungen/<int:delivery_id>/wiederholen/", inbox.replay_delivery, name="etermin_replay"),
    path("etermin/aufgaben/<int:etermin_task_id>/erledigt/", inbox.task_done, name="etermin_task_done"),
    path("etermin/abgleich/", pulls.pulls_page, name="etermin_pulls"),
    path("etermin/abgleich/jetzt/", pulls.pull_now, name="etermin_pull_now"),
]
