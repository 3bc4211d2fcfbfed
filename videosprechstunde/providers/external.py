from videosprechstunde.models import CallMember, VideoCall
from videosprechstunde.models.settings import Provider
from videosprechstunde.providers.base import Access


class External:
    """A service of somebody else, for example a certified one: its link and TAN are entered at the appointment or
    delivered by its own interface."""

    name = Provider.EXTERNAL.value
    is_here = False
    is_typed = True
    most_persons = 4

    def access_of(self, member: CallMember) -> Access:
        return Access(member.call.external_link, member.call.external_tan)

    def host_link(self, call: VideoCall) -> str:
        return call.external_link
