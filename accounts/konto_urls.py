"""Below konto/: what of django-allauth is in use. No address of a mail stands in any of them, and nobody signs up."""

from allauth.account import views as account
from allauth.usersessions import views as sessions
from django.urls import include, path

from accounts.views import forgotten
from accounts.views.second_factor import remove_passkey

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    # Ours: the link of the mail leads to willkommen/ with its secret behind the #.
    path("password/reset/", forgotten.forgotten, name="account_reset_password"),
    path("password/reset/done/", forgotten.link_on_its_way, name="account_reset_password_done"),
    # Ours, in front of the one that would remove the last factor as well.
    path("zweiter-faktor/webauthn/keys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("zweiter-faktor/", include("allauth.mfa.urls")),
    path("sitzungen/", sessions.list_usersessions, name="usersessions_list"),
]  # fmt: skip
