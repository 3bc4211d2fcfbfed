from django.urls import path

from scheduling.views import actions, booking, entry, next_free, page, reserving, shortcuts

urlpatterns = [
    path("", page.calendar, name="calendar"),
    path("teile/", page.calendar_parts, name="calendar_parts"),
    path("farben.css", page.calendar_colours, name="calendar_colours"),
    path("neu/", booking.entry_new, name="entry_new"),
    path("patient/suche/", booking.patient_pick, name="patient_pick"),
    path("eintrag/<int:entry_id>/", entry.entry_detail, name="entry_detail"),
    path("eintrag/<int:entry_id>/verschieben/", actions.entry_move, name="entry_move"),
    path("eintrag/<int:entry_id>/kopieren/", actions.entry_copy, name="entry_copy"),
    path("eintrag/<int:entry_id>/dauer/", actions.entry_resize, name="entry_resize"),
    path("eintrag/<int:entry_id>/parken/", actions.entry_park, name="entry_park"),
    path("eintrag/<int:entry_id>/zusatz/", actions.entry_extra, name="entry_extra"),
    path("eintrag/<int:entry_id>/absagen/", actions.entry_cancel, name="entry_cancel"),
    path("eintrag/<int:entry_id>/loeschen/", actions.entry_delete, name="entry_delete"),
    path("eintrag/<int:entry_id>/status/", actions.entry_status, name="entry_status"),
    path("eintrag/<int:entry_id>/zur-notiz/", actions.entry_to_note, name="entry_to_note"),
    path("rueckgaengig/", actions.undo, name="undo"),
    path("reservieren/", reserving.reserve, name="reserve"),
    path("naechster-freier/", next_free.next_free, name="next_free"),
    path("tasten/", shortcuts.shortcuts, name="shortcuts"),
]
