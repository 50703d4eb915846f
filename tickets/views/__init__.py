"""The tickets' pages."""
