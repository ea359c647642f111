"""The log over the eventsourcing library, whichever database keeps it; and how secrets are sealed."""
