"""Pages of the corridor, by their noun."""
