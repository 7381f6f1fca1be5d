"""What a person is told about a cluster that has come up."""

from cluster.cluster import Cluster
from cluster.store import DATABASE


def guide(cluster: Cluster) -> str:
    """Return the addresses, the processes, and what can be tried out."""
    return "\n".join((*_servers(cluster), "", *_services(cluster), "", *_hints(cluster), ""))


def _servers(cluster: Cluster) -> list[str]:
    return [f"  {one.name}  {one.url}/docs  pid {one.pid}" for one in cluster.servers]


def _services(cluster: Cluster) -> list[str]:
    nodes = [f"  {one.name}  {one.address}  pid {one.pid}" for one in cluster.ensemble.nodes]
    postgres = cluster.postgres
    where = f"  postgres     127.0.0.1:{postgres.port}  pid {postgres.pid}  "
    return [*nodes, f"{where}user and database {DATABASE}, password in {postgres.folder / 'password'}"]


def _hints(cluster: Cluster) -> list[str]:
    first = cluster.servers[0]
    return [
        f"  curl -s {first.url}/api/v1/server      who is primary",
        "  kill -9 PID, kill -STOP PID, kill -CONT PID         see another take over",
        f"  {cluster.plan.folder}/autoclone-*/log      what each server says",
        "  Ctrl-C      stop everything; the data is kept for the next time (`make clean` removes it)",
    ]
