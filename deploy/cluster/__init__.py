"""The whole topology without containers: a ZooKeeper ensemble, PostgreSQL, and AutoClone servers.

`make cluster` runs it for a person, and the tests start, stop, kill and suspend the same parts of it.
"""
