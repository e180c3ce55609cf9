"""Drives the services with load, checks what they answer and store, and compares the figures."""
