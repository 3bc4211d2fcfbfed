from django.urls import include, path

from notifications.views import (
    consents,
    credits,
    gateways,
    jobs,
    letters,
    month,
    outbox,
    overview,
    protocols,
    reminding,
    stages,
    switches,
    templates,
)
from notifications.views.opt_out import opt_out

pages = [
    path("", overview.overview, name="messages"),
    path("einrichten/", overview.set_up, name="message-setup"),
    path("schalter/", switches.switches, name="message-settings"),
    path("stufen/neu/", stages.stage_new, name="message-stage-new"),
    path("stufen/<int:stage_id>/", stages.stage_edit, name="message-stage"),
    path("stufen/<int:stage_id>/loeschen/", stages.stage_delete, name="message-stage-delete"),
    path("vorlagen/", templates.template_list, name="message-templates"),
    path("vorlagen/neu/", templates.template_new, name="message-template-new"),
    path("vorlagen/<int:template_id>/", templates.template_edit, name="message-template"),
    path("vorlagen/<int:template_id>/loeschen/", templates.template_delete, name="message-template-delete"),
    path("auftraege/", jobs.job_list, name="message-jobs"),
    path("auftraege/<int:message_job_id>/", jobs.job_edit, name="message-job"),
    path("auftraege/<int:message_job_id>/schalten/", jobs.job_switch, name="message-job-switch"),
    path("auftraege/<int:message_job_id>/jetzt/", jobs.job_run, name="message-job-run"),
    path("protokolle/", protocols.protocols, name="message-protocols"),
    path("protokolle/leeren/", protocols.protocol_clear, name="message-protocol-clear"),
    path("ausgang/", outbox.outbox, name="message-outbox"),
    path("ausgang/<int:message_id>/", outbox.message, name="message"),
    path("ausgang/<int:message_id>/stornieren/", outbox.message_cancel, name="message-cancel"),
    path("ausgang/<int:message_id>/klaeren/", outbox.message_settle, name="message-settle"),
    path("monat/", month.month, name="message-month"),
    path("briefe/", letters.letters, name="message-letters"),
    path("briefe/drucken/", letters.letters_print, name="message-letters-print"),
    path("briefe/lauf.pdf", letters.letters_file, name="message-letters-pdf"),
    path("guthaben/", credits.credit_list, name="message-credits"),
    path("guthaben/<int:mandant_id>/", credits.credit_account, name="message-credit"),
    path("anbieter/", gateways.gateways, name="message-gateways"),
    path("sperren/<int:blocked_id>/aufheben/", consents.address_unblock, name="message-unblock"),
    path("termin/<int:entry_id>/erneut/", reminding.reminder_again, name="message-remind-again"),
    path("termin/<int:entry_id>/dabei-bleiben/", reminding.reminder_left, name="message-leave-as-told"),
]

urlpatterns = [
    path("", include("notifications.callback_urls")),
    path("abmelden/<str:token>/", opt_out, name="opt-out"),
    path("nachrichten/", include(pages)),
    path("mein/<int:account_id>/", include("notifications.patient_urls")),
    path("patienten/<int:patient_id>/nachrichten/", consents.patient_messages, name="patient-messages"),
]
