"""Django's registration of the app."""

from django.apps import AppConfig


class CargoConfig(AppConfig):
    """The cargo app."""

    name = "cargo"
    default_auto_field = "django.db.models.BigAutoField"
