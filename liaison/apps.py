"""Django's registration of the app."""

import gc

from django.apps import AppConfig


class LiaisonConfig(AppConfig):
    """The liaison app."""

    name = "liaison"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the collector of garbage that what is loaded by now stays: it need not look at it again."""
        gc.freeze()
