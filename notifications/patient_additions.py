"""Messages in the area of patients."""

from django.utils.translation import gettext_lazy as _

from accounts.services.patient_area import AreaPage, add_area_page

add_area_page(AreaPage("own_consents", _("Nachrichten"), "mail"), after="own_appointments")
