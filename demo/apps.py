"""Django's registration of the app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo."""

    name = "demo"
    default_auto_field = "django.db.models.BigAutoField"
