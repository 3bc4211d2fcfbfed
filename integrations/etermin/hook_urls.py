from django.urls import path

from integrations.etermin.views import webhook

urlpatterns = [
    path("etermin/<str:public_id>", webhook.push, name="etermin_hook"),
    path("etermin/<str:public_id>/", webhook.push, name="etermin_hook_slash"),
]
