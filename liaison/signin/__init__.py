"""Signing in, second factors and sessions: what this office asks of django-allauth, and what it adds."""
