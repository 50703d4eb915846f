"""Fuzzing of the readers by coverage: what bytes a mutation finds, no reader raises or breaks what holds for all."""
