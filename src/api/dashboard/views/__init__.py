"""The pages, one file each."""

from api.dashboard.views import details, doing, listing, server, state, static, trying

ROUTERS = tuple(one.router for one in (listing, details, state, doing, trying, server, static))
