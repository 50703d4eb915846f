"""Django's registration of the app."""

from django.apps import AppConfig


class LiaisonConfig(AppConfig):
    """The liaison app."""

    name = "liaison"
    default_auto_field = "django.db.models.BigAutoField"
