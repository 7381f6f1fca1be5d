"""The server that `serving` measures: AutoClone's app, beside two routes that return constant bytes."""

import asyncio
import sys

import uvicorn
from fastapi import FastAPI, Response
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response as Plain
from starlette.routing import Mount, Route

from autoclone.bootstrap.house import build, running
from autoclone.config.settings import load_settings

SECTION = {"ramp_up_time": "0000", "ramp_down_time": "2359", "ramp_count": 5}


async def main(port: int) -> None:
    """Serve until terminated."""
    house = build(load_settings(store="memory:"))
    async with running(house):
        await house.service.put({"name": "orders", "nodes": [], "edges": [], "autoclone": SECTION})
        body = house.service.status_json("orders")
        peer = FastAPI()

        @peer.get("/fastapi")
        async def constant() -> Response:
            return Response(body, media_type="application/json")

        async def plain(_: Request) -> Plain:
            return Plain(body, media_type="application/json")

        app = Starlette(
            routes=[
                Route("/constant/starlette", plain),
                Mount("/constant", peer),
                Mount("/", house.app),
            ]
        )
        config = uvicorn.Config(app, port=port, log_level="warning", access_log=False, lifespan="off")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvicorn.Config("").get_loop_factory()) as runner:
        runner.run(main(int(sys.argv[1])))
