"""The pages of what one is told, and of the outbox."""
