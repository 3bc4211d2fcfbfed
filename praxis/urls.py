"""Every door of the house. /healthz and /readyz answer before this (praxis.health.probes)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("konto/", include("allauth.account.urls")),
    path("verwaltung/", admin.site.urls),
]
