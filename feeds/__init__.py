"""What comes in: sources, raw deliveries and the pure readers of their formats.

Keeps every delivery as it came, reads it into facts and quarantines what cannot be read.
Knows nothing of consignments, of notices or of any app above.
May import: liaison.
"""
