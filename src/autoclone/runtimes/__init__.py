"""Where DAGs run: in this process, or in memory only, for tests. One port, one contract suite."""
