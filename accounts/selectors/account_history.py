from accounts.models import HistoryLine, OnlineAccount, User

MOST_LINES = 50


def history_of(*, user: User | None = None, online_account: OnlineAccount | None = None) -> list[HistoryLine]:
    """The latest lines about one of them, the newest first, as the practice of the active scope knows them."""
    lines = HistoryLine.objects.select_related("actor", "participant").order_by("-at", "-pk")
    about = lines.filter(user=user) if user is not None else lines.filter(online_account=online_account)
    return list(about[:MOST_LINES])
