"""Pages and doors of the systems around us, one folder each."""

from django.urls import include, path

urlpatterns = [
    path("", include("integrations.api.urls")),
    path("", include("integrations.betty24.urls")),
    path("", include("integrations.betty24.inbox_urls")),
    path("", include("integrations.coupling.urls")),
    path("", include("integrations.downloads.urls")),
    path("", include("integrations.etermin.setup_urls")),
    path("", include("integrations.etermin.urls")),
    path("", include("integrations.gdt.urls")),
]
