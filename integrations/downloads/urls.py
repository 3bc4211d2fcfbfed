from django.urls import path

from integrations.downloads.views import catalogue, history, plan, protocols, ready

urlpatterns = [
    path("downloads/", ready.downloads, name="downloads"),
    path("downloads/vorschau/", ready.preview, name="downloads_preview"),
    path("downloads/installieren/", ready.install, name="downloads_install"),
    path("downloads/katalog/", catalogue.catalogue, name="downloads_catalogue"),
    path("downloads/katalog/abo/", catalogue.change_subscription, name="downloads_subscription"),
    path("downloads/katalog/laden/", catalogue.fetch, name="downloads_fetch"),
    path("downloads/nachsehen/", plan.look, name="downloads_look"),
    path("downloads/zeitplan/", plan.plan, name="downloads_plan"),
    path("downloads/verlauf/", history.history, name="downloads_history"),
    path("downloads/verlauf/<int:installation_id>/", history.installation, name="downloads_installation"),
    path("downloads/verlauf/<int:installation_id>/zuruecknehmen/", history.undo, name="downloads_undo"),
    path("downloads/protokolle/", protocols.protocols, name="downloads_protocols"),
    path("downloads/protokolle/loeschen/", protocols.clear, name="downloads_protocol_clear"),
]
