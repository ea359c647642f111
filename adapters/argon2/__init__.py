"""Passwords, hashed slowly by Argon2id."""
