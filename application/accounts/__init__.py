"""Connecting accounts and acting for them."""
