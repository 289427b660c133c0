"""Process model of `sg17kg serve`: a supervisor, a loader for each dataset, and the servers that it forks (docs/architecture.md)."""
