"""What Pressroom knows about publishing: aggregates, their events, errors and rules.

Standard library and `eventsourcing.domain` only. Time, ids and chance come in as arguments.
"""
