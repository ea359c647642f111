"""Signed claims as JSON Web Tokens."""
