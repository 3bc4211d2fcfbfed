from django.urls import path

from accounts.views import welcome

urlpatterns = [
    path("", welcome.welcome, name="welcome"),
    path("passwort/", welcome.choose, name="welcome_password"),
    path("annehmen/", welcome.accept, name="welcome_accept"),
    path("bestaetigen/", welcome.confirm_step, name="welcome_confirm"),
    path("fertig/", welcome.done, name="welcome_done"),
]
