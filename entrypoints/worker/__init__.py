"""The worker: wakes when a post wants something done, and does it."""
