"""Everything kept on one machine: the log with its views, the vault and the leases, in two files."""
