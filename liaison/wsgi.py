"""The WSGI application that the web server runs."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from liaison.checks import demo_secrets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
application = get_wsgi_application()
# Workers look at all settings when they start, the web server only does here.
if faults := demo_secrets():
    raise ImproperlyConfigured(str(faults[0].msg))


def settle() -> None:
    """Read every page's code before the workers part, and tell the collector of garbage that what is loaded stays.

    Else it goes through all of it in the midst of an answer, which takes a tenth of a second.
    """
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()


settle()
