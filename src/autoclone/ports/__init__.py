"""The seams of the house: what the engine needs from storage, runtimes, observers and topics.

Each port has one contract suite in tests/contracts, run over every implementation alike.
"""

from autoclone.ports.history import AllBut, Defaults, Heard, History, Steps
from autoclone.ports.journal import EventFilter, Journal, JournalEntry, JournalSpan, Outbox, OutboxLag, Pruned
from autoclone.ports.messaging import Message, Publisher
from autoclone.ports.observer import ACTING, Observer, Standing
from autoclone.ports.runtime import DagSpec, DagStats, Holding, NodeStats, Runtime
from autoclone.ports.store import Change, DagRecord, JsonObject, Lease, Store

__all__ = [
    "ACTING",
    "AllBut",
    "Change",
    "DagRecord",
    "DagSpec",
    "DagStats",
    "Defaults",
    "EventFilter",
    "Heard",
    "History",
    "Holding",
    "Journal",
    "JournalEntry",
    "JournalSpan",
    "JsonObject",
    "Lease",
    "Message",
    "NodeStats",
    "Observer",
    "Outbox",
    "OutboxLag",
    "Pruned",
    "Publisher",
    "Runtime",
    "Standing",
    "Steps",
    "Store",
]
