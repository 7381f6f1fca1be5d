"""Writes docs/nodes.md from the node types and their parameter models, or checks it with `--check`."""

import inspect
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pages import write_or_check
from pydantic import BaseModel

from autoclone.runtimes.graph_models import EdgeModel, NodeModel, Restart
from autoclone.runtimes.nodes.base import Kind
from autoclone.runtimes.nodes.registry import BUILT_IN, GROUP, NodeType

TARGET = Path(__file__).parent.parent / "docs" / "nodes.md"
COMMAND = "python scripts/docs_nodes.py"

EXAMPLE = """\
{
  "name": "delays",
  "nodes": [
    {"id": "flights", "type": "file", "params": {"path": "flights.csv.gz", "types": {"dep_delay": "float"}}},
    {"id": "late", "type": "filter", "params": {"field": "dep_delay", "op": "gt", "value": 15}},
    {"id": "by_carrier", "type": "aggregate", "params": {
      "group_by": "carrier",
      "metrics": {"flights": {"op": "count"}, "delay": {"op": "avg", "field": "dep_delay"}},
      "interval": "10s"}},
    {"id": "out", "type": "jsonl", "params": {"path": "{dag}.jsonl"}, "restart": {"limit": 10}}
  ],
  "edges": [["flights", "late"], ["late", "by_carrier"], ["by_carrier", "out"]]
}"""

INTRODUCTION = f"""\
<!-- Made by `{COMMAND}` from the models in src/autoclone/runtimes. Change them, not this file. -->
# Nodes

A DAG's `nodes` do its work, and records, which are JSON objects, flow along its `edges`:

```json
{EXAMPLE}
```

- **Sources** bring records in, **transforms** take them and pass others on, **sinks** take them out.
- A node that passes records on to several others gives each of them every record. They may change the
  fields of what they get, but not what is nested in it, which they share.
- Queues are bounded: where one is full, the nodes before it wait, back to the sources.
- A stopped DAG drains: its sources end, and what is in the queues is worked off, for a bounded time.
- Sources of which others share the records, such as `kafka_source`, give each up for done only once the whole
  DAG is through with it, so none is lost when a clone ends, however it ends.
- A suspended DAG stands still, and goes on where it was.
- A DAG whose sources have all come to their end is `completed`. It runs again once it is stopped and started.
- A record that raises is counted, and the node's newest error is shown in the DAG's state. A node that
  raises otherwise is restarted. One that may not restart any more fails its DAG, and no other.
- A DAG with `start_time` and `end_time` runs its graph anew at each opening and stops it at each closing.
- A DAG without nodes is valid, and does nothing.

Whoever may store a DAG may read and write every file that the server's user can, send to every address that
the server reaches, and call what `allowed_modules` allows.
"""

OWN_TYPES = f"""\
## Node types of your own

Subclass `Source`, `Transform` or `Sink` of `autoclone.runtimes.nodes.base`, and register the class as an
entry point of the group `{GROUP}`; its name is the type. Built-in types cannot be replaced.

```python
from pydantic import Field

from autoclone.runtimes.nodes.base import Params, Record, Transform


class ScaleParams(Params):
    field: str = Field(description="The field to scale.")
    factor: float = Field(default=1.0, description="What to multiply it by.")


class Scale(Transform[ScaleParams]):
    model = ScaleParams

    async def process(self, record: Record) -> None:
        name = self.params.field
        await self.context.emit({{**record, name: record[name] * self.params.factor}})
```

```toml
[project.entry-points."{GROUP}"]
scale = "my_package.nodes:Scale"
```

Some sources, such as `kafka_source`, want to know when a DAG is through with a record. Once `process` has
returned it is, and so is what `process` emitted once the nodes downstream are through with that. A node that
holds records back calls `self.context.keep()` for each, and `release()` of what that returns once it has
passed them on or written them. A source of your own gives `emit` a `Receipt`, and waits for those that are
out in `drain`.
"""


def main() -> int:
    """Write the page, or compare it; return the exit status."""
    return write_or_check(TARGET, "\n".join(_page()).rstrip() + "\n", COMMAND, sys.argv[1:])


def _page() -> Iterator[str]:
    yield INTRODUCTION
    yield "## Every node\n"
    yield from _table(NodeModel)
    yield "`restart` as an object:\n"
    yield from _table(Restart)
    yield "## Every edge\n"
    yield 'A pair of ids, `["a", "b"]`, or an object:\n'
    yield from _table(EdgeModel)
    for kind, title in ((Kind.SOURCE, "Sources"), (Kind.TRANSFORM, "Transforms"), (Kind.SINK, "Sinks")):
        yield f"## {title}\n"
        for name, node_type in BUILT_IN:
            if node_type.kind is kind:
                yield from _type(name, node_type)
    yield OWN_TYPES


def _type(name: str, node_type: NodeType) -> Iterator[str]:
    yield f"### `{name}`\n"
    yield f"{inspect.cleandoc(node_type.__doc__ or '')}\n"
    yield from _table(node_type.model)


def _table(model: type[BaseModel]) -> Iterator[str]:
    schema = model.model_json_schema()
    required = schema.get("required", [])
    yield "| key | type | default | what |"
    yield "|---|---|---|---|"
    for key, field in schema["properties"].items():
        default = "required" if key in required else _default(field)
        what = field.get("description", "").replace("|", "\\|")
        yield f"| `{key}` | {_kind(field, schema)} | {default} | {what} |"
    yield ""


def _default(field: dict[str, Any]) -> str:
    if field.get("default") is None:
        return ""
    return f"`{json.dumps(field['default'], ensure_ascii=False)}`"


def _kind(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return a JSON schema's type as a word or two."""
    if "anyOf" in field:
        kinds = [_kind(one, schema) for one in field["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "$ref" in field:
        target = schema["$defs"][field["$ref"].rpartition("/")[2]]
        return _kind(target, schema)
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if field.get("type") == "array":
        return f"list of {_kind(field.get('items', {}), schema)}"
    return _word(field)


def _word(field: dict[str, Any]) -> str:
    if field.get("format") == "uri":
        return "URL"
    if "5s" in field.get("examples", ()):
        return "duration"
    kind = str(field.get("type", "any"))
    return "text" if kind == "string" else kind


if __name__ == "__main__":
    sys.exit(main())
