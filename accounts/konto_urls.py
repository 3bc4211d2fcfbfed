"""Below konto/: what of django-allauth is in use. No address of a mail stands in any of them, and nobody signs up."""

from allauth.account import views as account
from allauth.usersessions import views as sessions
from django.urls import include, path, re_path

from accounts.views.second_factor import remove_passkey

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    # Ours, in front of the one that would remove the last factor as well.
    path("zweiter-faktor/webauthn/keys/<int:pk>/remove/", remove_passkey, name="mfa_remove_webauthn"),
    path("zweiter-faktor/", include("allauth.mfa.urls")),
    path("sitzungen/", sessions.list_usersessions, name="usersessions_list"),
]  # fmt: skip
