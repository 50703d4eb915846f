"""The Northern Corridor and its state: nodes and the legs between them, with their sources.

Reference data is loaded from ``corridor/data`` and shown on the public corridor page.
Vessel calls and conditions belong here too.
May import: liaison, feeds, notify.
"""
