"""Goods: consignments, their units, the append-only events and all that is derived from them.

Reads deliveries into events, matches them, derives milestones and tells the parties.
Everything derived may be dropped and rebuilt from the events.
May import: liaison, feeds, notify, corridor.
"""
