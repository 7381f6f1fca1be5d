"""Who is primary. This package knows nothing of AutoClone: it could elect anything."""
