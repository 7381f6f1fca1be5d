"""The `serve` command."""

from pathlib import Path

from autoclone.bootstrap import serve
from autoclone.config.settings import load_settings
from autoclone.observability.logging import configure


def run_server(config: Path | None, **flags: object) -> int:
    """Serve until a signal says otherwise, and return the exit code. It logs where to look.

    Args:
        config: the TOML file of settings, if one is named.
        **flags: the settings that the command line gave; None: not given.

    Raises:
        AutoCloneError: a setting is wrong, or the server could not start.
    """
    settings = load_settings(config, **flags)
    configure(settings.log_format, settings.log_level)
    return serve(settings)
