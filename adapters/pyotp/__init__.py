"""One-time codes as authenticator apps make them."""
