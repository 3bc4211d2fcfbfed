from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Line:
    """One figure. `floor` is the same work without the product, in the same unit, measured in the same run."""

    id: str
    figure: float
    unit: str
    floor: float | None
    ratio: float | None
    target: str
    held: bool
    about: str = ""

    def as_json(self) -> dict[str, Any]:
        fields = asdict(self)
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in fields.items()}


def show(line: Line) -> None:
    floor = f"{line.floor:10.2f}" if line.floor is not None else f"{'-':>10}"
    ratio = f"{line.ratio:7.2f}" if line.ratio is not None else f"{'-':>7}"
    verdict = "hält" if line.held else "HÄLT NICHT"
    print(
        f"{line.id:34}{line.figure:10.2f} {line.unit:6}{floor}{ratio}  {line.target:34}{verdict}  {line.about}",
        flush=True,
    )


def head() -> None:
    print(f"\n{'id':34}{'figure':>10} {'unit':6}{'floor':>10}{'ratio':>7}  {'target':34}held", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
