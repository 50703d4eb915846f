"""The WSGI application that the web server runs."""

import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from liaison.checks import demo_secrets

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.settings")
application = get_wsgi_application()
# Workers look at all settings when they start, the web server only does here.
if faults := demo_secrets():
    raise ImproperlyConfigured(str(faults[0].msg))
