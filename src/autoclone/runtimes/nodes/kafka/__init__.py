"""Kafka topics as sources and sinks of DAGs."""
