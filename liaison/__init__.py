"""The project package and its stakeholders: people, organisations, roles and the journal.

Holds the settings, the URL map, the Celery application and the bell that wakes workers.
Whoever changes something worth telling records it here.
May import: no other app.
"""

from liaison.celery import app as celery_app

__all__ = ["celery_app"]
