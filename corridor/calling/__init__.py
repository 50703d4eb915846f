"""Calls of ships derived from what sources said of their times; pure, and blind to the order in which it was said."""
