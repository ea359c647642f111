"""Drafting, scheduling and publishing posts."""
