from praxis.core.asking import asked_once
from scheduling.models.pick import Pick


@asked_once
def picks_of(purpose: str) -> list[str]:
    """What a field for this suggests, in the order of the list."""
    return list(Pick.objects.filter(purpose=purpose).order_by("position", "text").values_list("text", flat=True))
