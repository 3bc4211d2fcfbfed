from collections.abc import Sequence

from accounts.models import HistoryLine, OnlineAccount, Patient, User

MOST_LINES = 50


def history_of(
    *, user: User | None = None, patient: Patient | None = None, online_account: OnlineAccount | None = None
) -> Sequence[HistoryLine]:
    """The latest lines about exactly one of them, the newest first, as the practice of the active scope knows them."""
    lines = HistoryLine.objects.select_related("actor", "participant").order_by("-at", "-pk")
    if user is not None:
        lines = lines.filter(user=user)
    elif patient is not None:
        lines = lines.filter(patient_account__patient=patient)
    else:
        lines = lines.filter(online_account=online_account)
    return lines[:MOST_LINES]
