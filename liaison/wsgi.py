"""The WSGI application that the web server runs."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template

from liaison.checks import demo_secrets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
application = get_wsgi_application()
# Workers look at all settings when they start, the web server only does here.
if faults := demo_secrets():
    raise ImproperlyConfigured(str(faults[0].msg))


def settle() -> None:
    """Read every page's code and template before the workers part, and tell the collector of garbage that it stays.

    Else each worker reads its own, and goes through all of it in the midst of an answer, which takes a tenth of a
    second.
    """
    import_module(settings.ROOT_URLCONF)
    folder = settings.BASE_DIR / "templates"
    for page in folder.rglob("*.html"):
        get_template(str(page.relative_to(folder)))
    gc.collect()
    gc.freeze()


settle()
