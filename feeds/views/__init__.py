"""The staff's pages on sources."""
