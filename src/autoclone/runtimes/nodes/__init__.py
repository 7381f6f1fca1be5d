"""What DAGs are made of: sources, transforms and sinks, and the registry that finds them by type."""
