from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Praxis und Personen"
    default_auto_field = "django.db.models.BigAutoField"
