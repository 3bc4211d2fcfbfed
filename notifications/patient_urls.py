"""Messages in the area of patients, below mein/<account_id>/."""

from django.urls import path

from notifications.views import own_consents

urlpatterns = [path("nachrichten/", own_consents.own_consents, name="own_consents")]
