"""The operations, split by what they are about. A route calls the service once and shows what it said."""
