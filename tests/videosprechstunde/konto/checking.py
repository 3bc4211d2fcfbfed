"""What must be true after everything that died has been brought to its end. Inside the scope of the practice."""

from collections import Counter

from videosprechstunde.models import (
    CallEvent,
    KontoLine,
    KontoRow,
    KontoRun,
    LegacyAppointment,
    LegacyParticipant,
    VideoCall,
    VideoParticipant,
)

EACH_ONCE = ("moved", "released", "deleted", "already_gone", "done")


def check_final(*, appointments: int, told: int) -> None:
    """Nothing lost, nothing twice: each old participant is gone and belongs, with everything, to one new one."""
    rows = list(KontoRow.objects.select_related("participant"))
    assert {row.state for row in rows} == {"done"}
    assert KontoRun.objects.get().finished_at
    for row in rows:
        kinds = Counter(KontoLine.objects.filter(row=row, kind__in=EACH_ONCE).values_list("kind", flat=True))
        assert set(kinds.values()) == {1}, kinds
        assert sum(kinds.values()) == 3, kinds
    assert KontoLine.objects.filter(kind="finished").count() == KontoLine.objects.filter(kind="started").count() == 1
    assert not LegacyAppointment.objects.exists()
    assigned = LegacyParticipant.objects.filter(choice="assign")
    participants = {one.participant_id: one for one in VideoParticipant.objects.filter(removed_at=None)}
    assert set(participants) == {one.assigned_to_id for one in assigned}
    for legacy in assigned:
        known = participants[legacy.assigned_to_id or 0]
        assert set(known.doctor_roles.all()) == set(legacy.doctor_roles.all())
    assert VideoCall.objects.filter(provider="builtin", external_link="").count() == appointments
    moved = Counter(CallEvent.objects.filter(kind="migrated").values_list("call", flat=True))
    assert len(moved) == appointments
    assert set(moved.values()) <= {1}
    sent = Counter(CallEvent.objects.filter(kind="sent").values_list("call", flat=True))
    assert set(sent.values()) <= {1}
    assert len(sent) == told
