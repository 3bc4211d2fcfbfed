from django.urls import path

from integrations.etermin.views import mapping, setup

urlpatterns = [
    path("verwaltung/etermin/", setup.setup, name="etermin_setup"),
    path("verwaltung/etermin/anlegen/", setup.start, name="etermin_start"),
    path("verwaltung/etermin/wert/", setup.rotate, name="etermin_rotate"),
    path("verwaltung/etermin/wert/frueherer/", setup.forget_previous, name="etermin_forget_previous"),
    path("verwaltung/etermin/leistungen/", setup.services, name="etermin_services"),
    path("verwaltung/etermin/testen/", setup.try_out, name="etermin_try"),
    path("verwaltung/etermin/kalender/", mapping.mapping, name="etermin_mapping"),
]
