"""Receiving files and making them fit to publish."""
