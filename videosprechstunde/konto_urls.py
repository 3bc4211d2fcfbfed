"""Below verwaltung/konto-migration/."""

from django.urls import path

from videosprechstunde.views.konto import choosing, confirming, prepare, protocol, running, suggesting

LEGACY = "zuordnen/<int:legacy_participant_id>/"
RUN = "lauf/<int:konto_run_id>/"
ROW = "zeile/<int:konto_row_id>/"

urlpatterns = [
    path("", prepare.konto_migration, name="konto_migration"),
    path("vorbereiten/", prepare.konto_prepare, name="konto_prepare"),
    path("zuordnen/", choosing.konto_choose, name="konto_choose"),
    path("zuordnen/vorschlaege/", suggesting.konto_accept, name="konto_accept"),
    path(LEGACY, choosing.konto_edit, name="konto_edit"),
    path(f"{LEGACY}suchen/", choosing.konto_search, name="konto_search"),
    path(f"{LEGACY}loeschen/", choosing.konto_mark, name="konto_mark"),
    path(f"{LEGACY}aufheben/", choosing.konto_unmark, name="konto_unmark"),
    path("probelauf/", confirming.konto_dry_run, name="konto_dry_run"),
    path("bestaetigen/", confirming.konto_confirm, name="konto_confirm"),
    path(RUN, running.konto_run, name="konto_run"),
    path(f"{RUN}protokoll/", protocol.konto_protocol, name="konto_protocol"),
    path(f"{RUN}protokoll.pdf", protocol.konto_protocol_file, name="konto_protocol_file"),
    path(f"{ROW}wiederholen/", running.konto_retry, name="konto_retry"),
    path(f"{ROW}zuruecknehmen/", running.konto_undo, name="konto_undo"),
]
