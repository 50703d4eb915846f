"""Starts, checks and measures the portal: `./portal run`, `./portal test`, `./portal bench`.

Standard library only, because it runs before anything is installed. It builds the Python environment from the lock
files, starts a private PostgreSQL and Redis unless others are named, and keeps the portal's processes running in order.
May import: nothing but itself. No app imports it; it knows the apps only through `manage.py`.
"""
