from django.urls import path

from integrations.etermin.views import webhook

urlpatterns = [
    path("hooks/etermin/<str:public_id>", webhook.push, name="etermin_hook"),
    path("hooks/etermin/<str:public_id>/", webhook.push, name="etermin_hook_slash"),
]
