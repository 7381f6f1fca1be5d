"""The pages, one file each."""

from api.dashboard.views import (
    details,
    doing,
    fleet,
    listing,
    saving,
    server,
    state,
    static,
    timeline,
    trying,
)

ROUTERS = tuple(
    one.router for one in (listing, details, state, timeline, doing, fleet, trying, saving, server, static)
)
