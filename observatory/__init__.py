"""The observatory: figures about the corridor and about the portal itself.

Reads everything below and is read by nobody but the demo; holds the published figures with their sources.
``portal_state`` counts what the portal holds.
May import: liaison, feeds, notify, corridor, cargo, tickets.
"""
