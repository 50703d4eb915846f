"""Webhooks (Standard Webhooks): who is told of what, how it is signed, and how it gets there."""
