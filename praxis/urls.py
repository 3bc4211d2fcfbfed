"""Every door of the house. /healthz and /readyz answer before this (praxis.health.probes)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("konto/", include("allauth.account.urls")),
    path("", include("integrations.urls")),
    # Last below verwaltung/: the admin answers every address it does not know with its own 404.
    path("verwaltung/", admin.site.urls),
]
