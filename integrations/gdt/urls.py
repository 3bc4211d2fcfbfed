from django.urls import path

from integrations.gdt import views

urlpatterns = [
    path("verwaltung/gdt/", views.gdt_import, name="gdt_import"),
]
