"""Messages that a DAG could make nothing of, and why."""

from datetime import datetime

from autoclone.runtimes.nodes.kafka.port import Arrival, Letter
from autoclone.runtimes.nodes.receipt import Failure

LONGEST_REASON = 1_000


def dead_letter(arrival: Arrival, failure: Failure, topic: str, dag: str, at: datetime) -> Letter:
    """Return the message as it was, with headers that say why it is dead, and where and when it was read.

    Args:
        arrival: the message.
        failure: what became of it.
        topic: where the letter goes to.
        dag: the DAG or clone that read it.
        at: when it was given up, UTC.
    """
    reason = f"{type(failure.error).__name__}: {failure.error}"[:LONGEST_REASON]
    said = {
        "autoclone.reason": reason,
        "autoclone.dag": dag,
        "autoclone.node": failure.node,
        "autoclone.topic": arrival.partition.topic,
        "autoclone.partition": str(arrival.partition.number),
        "autoclone.offset": str(arrival.offset),
        "autoclone.at": at.isoformat(),
    }
    own = tuple((name, text.encode()) for name, text in said.items())
    return Letter(topic, arrival.key, arrival.value, (*arrival.headers, *own))
