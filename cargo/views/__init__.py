"""The pages of cargo, by what they are about."""
