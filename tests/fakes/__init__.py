"""Servers of other people, each speaking its real protocol over a socket of this machine."""
