"""The default: nothing leaves the house, the page "Nachrichten-Ausgang" shows what would have been sent."""

from collections.abc import Mapping, Sequence

from notifications.channels.base import Access, Asked, Outgoing, Receipt, Report
from notifications.models.words import Outcome

_TAKEN = Receipt(gateway_reference="console")


class Console:
    is_instant = True
    can_query = True

    def __init__(self, access: Access) -> None:
        self.access = access

    def send(self, message: Outgoing) -> Receipt:
        return _TAKEN

    def query(self, asked: Sequence[Asked]) -> list[Report]:
        """What it took has arrived; where the answer was never written, nothing was shown to anybody."""
        return [
            Report(Outcome.DELIVERED, reference=one.reference, gateway_reference=one.gateway_reference)
            for one in asked
            if one.gateway_reference
        ]

    def read_report(self, query: Mapping[str, str], body: bytes, content_type: str) -> list[Report]:
        raise ValueError("the console reports nothing")
