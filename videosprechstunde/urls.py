from django.urls import path

from videosprechstunde.views import readiness

urlpatterns = [
    path("nicht-bereit/", readiness.readiness_list, name="readiness_list"),
    path("bereit/<int:entry_id>/", readiness.readiness, name="readiness"),
    path("bereit/<int:entry_id>/schritt/", readiness.readiness_step, name="readiness_step"),
]
