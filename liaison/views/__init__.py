"""The pages of people, organisations and the journal, one module for each part."""
