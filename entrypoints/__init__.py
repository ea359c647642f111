"""The doors: HTTP, command line, worker; and beside them the sandbox, a simulated Instagram."""
