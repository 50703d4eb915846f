"""Backups of the database, encrypted, beside the portal and away from it, and how one is brought back."""
