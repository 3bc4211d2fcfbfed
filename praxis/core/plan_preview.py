"""What a plan means, in words and as dates, before it is saved."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class PlanPreview:
    sentence: str
    next_runs: list[datetime] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    zone: str = ""
