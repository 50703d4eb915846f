"""The observatory's pages and files."""
