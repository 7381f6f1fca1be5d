"""The real core over a virtual clock: what the primary will do, without doing it."""
