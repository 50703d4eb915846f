"""Kinyarwanda."""
