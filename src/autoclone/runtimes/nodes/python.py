"""A transform that calls Python functions of the user's own."""

import difflib
from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Iterator
from importlib import import_module
from inspect import isasyncgenfunction, iscoroutinefunction
from typing import Any

import anyio
from anyio import to_thread
from pydantic import Field

from autoclone.config.fields import Duration
from autoclone.runtimes.nodes.base import Params, Problem, Record, Site, Transform, Unusable


class PythonParams(Params):
    """Parameters of `python`."""

    callable: str = Field(
        pattern=r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$",
        description="What to call, as `module:function`. The module must be one that the server's setting "
        "`allowed_modules` allows.",
    )
    arguments: dict[str, Any] = Field(
        default_factory=dict, description="Keyword arguments that each call gets besides the record."
    )
    timeout: Duration = Field(
        default="30s",
        validate_default=True,
        description="How long one call may take. A blocking one that takes longer is left to its thread.",
    )


class UnusableCallable(Unusable):
    """A `module:function` that cannot be called."""


def resolve(name: str, allowed_modules: tuple[str, ...]) -> Callable[..., Any]:
    """Import and return the callable that `module:function` names.

    Nothing is imported unless the module, or a package that it is in, is one of `allowed_modules`.

    Raises:
        UnusableCallable: it is not allowed, cannot be imported, or is not there.
    """
    module, _, attribute = name.partition(":")
    if not any(module == prefix or module.startswith(f"{prefix}.") for prefix in allowed_modules):
        allowed = ", ".join(allowed_modules) or "none"
        raise UnusableCallable(
            f"the module {module!r} is not allowed (allowed: {allowed})",
            "Add it to the server's setting `allowed_modules`, or name a function of an allowed module",
        )
    try:
        found: Any = import_module(module)
    except Exception as error:  # noqa: BLE001 - importing a user's module may raise anything
        raise UnusableCallable(
            f"the module {module!r} cannot be imported: {type(error).__name__}: {error}",
            "Install or mend it, or correct its name",
        ) from None
    return _attribute(found, module, attribute)


def _attribute(found: Any, module: str, attribute: str) -> Callable[..., Any]:  # noqa: ANN401 - any object
    for part in attribute.split("."):
        if not hasattr(found, part):
            nearest = difflib.get_close_matches(part, [one for one in dir(found) if one[0] != "_"], n=1)
            remedy = f"Did you mean {nearest[0]!r}?" if nearest else "Write it, or correct its name"
            raise UnusableCallable(f"{module!r} has no {attribute!r}", remedy)
        found = getattr(found, part)
    if not callable(found):
        raise UnusableCallable(f"{attribute!r} of {module!r} cannot be called", "Name a function")
    return found  # type: ignore[no-any-return]  # hasattr and getattr know no types


class PythonTransform(Transform[PythonParams]):
    """Calls a function with each record, and passes on what it returns.

    The function is called as `function(record, **arguments)`. It returns a record, several as a list or by
    yielding them, or None to drop it. `async` functions run in the event loop; all others may block, since
    they run in threads. What the function raises is an error of that record.
    """

    model = PythonParams

    @classmethod
    def check(cls, params: PythonParams, site: Site) -> Iterable[Problem]:
        """Return what is wrong: a module that is not allowed, or a function that is not there."""
        try:
            resolve(params.callable, site.allowed_modules)
        except UnusableCallable as error:
            yield Problem("callable", error.problem, error.remedy)

    async def open(self) -> None:
        """Find the function."""
        self._function = resolve(self.params.callable, self.context.site.allowed_modules)
        self._is_async = _is_async(self._function)

    async def process(self, record: Record) -> None:
        """Call the function, and pass on what it returns."""
        for result in await self._bounded(record):
            await self.context.emit(result)

    async def _bounded(self, record: Record) -> list[Record]:
        limit = self.params.timeout
        try:
            with anyio.fail_after(limit.total_seconds()):
                return await self._call(record)
        except TimeoutError as error:
            # The function may raise one of its own.
            raise error if str(error) else TimeoutError(f"the call took longer than {limit}") from None
        except SystemExit as error:
            raise RuntimeError(f"the function called sys.exit({error.code})") from None

    async def _call(self, record: Record) -> list[Record]:
        if self._is_async:
            return await _gathered(self._function(record, **self.params.arguments))
        site = self.context.site
        return await to_thread.run_sync(
            self._call_and_gather, record, limiter=site.calls, abandon_on_cancel=True
        )

    def _call_and_gather(self, record: Record) -> list[Record]:
        return _records(self._function(record, **self.params.arguments))


def _is_async(function: Callable[..., Any]) -> bool:
    call = getattr(function, "__call__", None)  # noqa: B004 - an object's own `async def __call__`
    return any(iscoroutinefunction(one) or isasyncgenfunction(one) for one in (function, call))


async def _gathered(result: Awaitable[Any] | AsyncIterable[Any]) -> list[Record]:
    if isinstance(result, AsyncIterable):
        return _records([record async for record in result])
    return _records(await result)


def _records(result: Any) -> list[Record]:  # noqa: ANN401 - whatever a user's function returns
    if result is None:
        return []
    results = list(result) if isinstance(result, list | tuple | Iterator) else [result]
    for one in results:
        if not isinstance(one, dict):
            raise TypeError(f"the function must return records (dicts) or None, not {type(one).__name__}")
    return results
