"""The process model of `sg17kg serve`: a supervisor, a loader for each dataset, whole servers that it forks (docs/architecture.md)."""
