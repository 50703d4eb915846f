"""Django's registration of the app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """The tickets app."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"
