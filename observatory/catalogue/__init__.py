"""The indicators themselves, by what they are about."""
