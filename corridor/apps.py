"""Django's registration of the app."""

from django.apps import AppConfig


class CorridorConfig(AppConfig):
    """The corridor app."""

    name = "corridor"
    default_auto_field = "django.db.models.BigAutoField"
