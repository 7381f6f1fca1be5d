"""What the service tells its operators: log lines and metrics. Both are observers of the engine."""
