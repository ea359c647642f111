"""The command line: for the operator, for newcomers, and for machines without a browser."""
