"""The observatory: figures about the corridor and about the portal itself.

Reads everything below and is read by nobody but the demo. Indicators are code; what is measured of each trip is kept,
counted by day, week and month, and may be dropped and made again from the events. Holds the published figures.
May import: liaison, feeds, notify, corridor, cargo, tickets.
"""
