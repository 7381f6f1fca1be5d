"""How events reach Kafka: their form on the wire, the publishers, and the relay that empties the outbox."""
