"""Below einstellungen/online-konten/."""

from django.urls import path

from accounts.views import online_accounts, participants

urlpatterns = [
    path("", online_accounts.account_list, name="online_accounts"),
    path("neu/", online_accounts.account_create, name="online_account_create"),
    path("<int:online_account_id>/", online_accounts.account, name="online_account"),
    path("<int:online_account_id>/senden/", online_accounts.account_resend, name="online_account_resend"),
    path(
        "<int:online_account_id>/deaktivieren/", online_accounts.account_deactivate, name="online_account_deactivate"
    ),
    path(
        "<int:online_account_id>/reaktivieren/", online_accounts.account_reactivate, name="online_account_reactivate"
    ),
    path("<int:online_account_id>/teilnehmer/", participants.participant_add, name="participant_add"),
    path("teilnehmer/<int:participant_id>/", participants.participant_edit, name="participant_edit"),
    path(
        "teilnehmer/<int:participant_id>/deaktivieren/", participants.participant_deactivate,
        name="participant_deactivate",
    ),
    path(
        "teilnehmer/<int:participant_id>/reaktivieren/", participants.participant_reactivate,
        name="participant_reactivate",
    ),
]  # fmt: skip
