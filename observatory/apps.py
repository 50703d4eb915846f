"""Django's registration of the app."""

from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    """The observatory app."""

    name = "observatory"
    default_auto_field = "django.db.models.BigAutoField"
