"""Every door of the house. /healthz and /readyz answer before this (praxis.health.probes)."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

# One sign-in page for everybody, with its limits on attempts.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# What django-allauth keeps of people has pages of its own, with their rules; row by row it is nobody's business.
for model in [known for known in admin.site._registry if known._meta.app_label in ("account", "mfa", "usersessions")]:
    admin.site.unregister(model)
handler500 = "praxis.core.errors.server_error"

urlpatterns = [
    # First: other systems call here all day, and each pattern before it costs them.
    path("hooks/", include("integrations.etermin.hook_urls")),
    path("konto/", include("accounts.konto_urls")),
    path("", include("accounts.urls")),
    path("kalender/", include("scheduling.urls")),
    path("", include("scheduling.setup_urls")),
    path("mein/<int:account_id>/", include("scheduling.patient_urls")),
    path("video/", include("videosprechstunde.urls")),
    path("verwaltung/konto-migration/", include("videosprechstunde.konto_urls")),
    path("", include("praxis.core.urls")),
    path("", include("integrations.urls")),
    path("", include("notifications.urls")),
    # Last below verwaltung/: the admin answers every address it does not know with its own 404.
    path("verwaltung/", admin.site.urls),
]
