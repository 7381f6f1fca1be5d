"""Who is primary. Knows nothing of AutoClone."""
