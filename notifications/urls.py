from django.urls import include, path

from notifications.views.opt_out import opt_out

urlpatterns = [
    path("", include("notifications.callback_urls")),
    path("abmelden/<str:token>/", opt_out, name="opt-out"),
]
