"""Writes down what is read from every sample now."""

from tests.feeds.samples import write

write()
