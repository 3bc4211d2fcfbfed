from django.urls import path

from integrations.coupling import views

urlpatterns = [
    path("einstellungen/koppelung/", views.coupling, name="coupling"),
    path(
        "einstellungen/koppelung/fehler/<int:error_id>/erledigt/", views.coupling_error_done, name="coupling_error_done"
    ),
]
