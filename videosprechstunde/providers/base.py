from dataclasses import dataclass, field
from typing import Protocol

from videosprechstunde.models import CallMember, VideoCall


@dataclass(frozen=True, slots=True)
class Access:
    """How one person gets into the call. `link` and `tan` may be empty while nobody has entered them yet."""

    link: str = field(repr=False)
    tan: str = field(repr=False)

    @property
    def is_complete(self) -> bool:
        return bool(self.link)


class CallProvider(Protocol):
    """`name` is what a call keeps. `is_here`: the call is held on our own pages. `is_typed`: its link and TAN are
    entered at the appointment. `most_persons`: fit into one call, with the practice."""

    name: str
    is_here: bool
    is_typed: bool
    most_persons: int

    def access_of(self, member: CallMember) -> Access: ...

    def host_link(self, call: VideoCall) -> str:
        """Where the practice opens the call."""
