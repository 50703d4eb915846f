"""Django's registration of the app."""

from django.apps import AppConfig
from django.core.checks import register

from tickets.checks import trusted_host


class TicketsConfig(AppConfig):
    """The tickets app."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings of mail coming in looked at."""
        register(trusted_host)
