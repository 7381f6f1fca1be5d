"""The HTTP face of AutoClone."""
