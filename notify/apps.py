"""Django's registration of the app."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    """The notify app."""

    name = "notify"
    default_auto_field = "django.db.models.BigAutoField"
