"""Access log, metrics, health checks, and the observers they are fed by."""
