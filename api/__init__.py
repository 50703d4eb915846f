"""Open doors for other people's systems: the API under ``/api/v1/``.

Reads everything below and is read by nobody but the demo; it translates and makes one call.
Partners push their deliveries here.
May import: liaison, feeds, notify, corridor, cargo, tickets.
"""
