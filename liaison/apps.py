"""Django's registration of the app."""

import gc

from django.apps import AppConfig
from django.core.checks import register

from liaison.checks import backup_key, demo_secrets, left_as_it_came


class LiaisonConfig(AppConfig):
    """The liaison app."""

    name = "liaison"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the settings looked at; tell the collector of garbage that what is loaded by now stays."""
        register(demo_secrets)
        register(backup_key)
        register(left_as_it_came, deploy=True)
        gc.freeze()
