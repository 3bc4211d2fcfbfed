from django.apps import AppConfig


class VideosprechstundeConfig(AppConfig):
    name = "videosprechstunde"
    verbose_name = "Videosprechstunde"
    default_auto_field = "django.db.models.BigAutoField"
