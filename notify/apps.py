"""Django's registration of the app."""

from django.apps import AppConfig
from django.core.checks import register

from notify.checks import email_provider, vapid_key


class NotifyConfig(AppConfig):
    """The notify app."""

    name = "notify"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings of the channels looked at."""
        register(vapid_key)
        register(email_provider)
