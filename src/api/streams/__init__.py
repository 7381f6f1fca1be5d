"""Streams of events: one reader of the journal for all of them, and a pace that leaves the ticker alone.

FastAPI's own way to send events has each stream encode for itself, with pings by a timer of its own. What is
here takes from it how a message is written, and the kind of answer.
"""
