"""The robot process: one loopback port, one route for a turn."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.robot import RobotDown, Turn


def application(model: Path) -> Starlette:
    """Answers 503 until the model is loaded, and for a turn that failed."""
    state: dict = {}

    async def load() -> None:
        from actions.robot import RasaRobot  # seconds of imports: after the port is open
        state["robot"] = await asyncio.to_thread(RasaRobot.load, model)

    @contextlib.asynccontextmanager
    async def lifespan(_app):
        loading = asyncio.create_task(load())
        loading.add_done_callback(lambda task: task.cancelled() or task.exception() and _die(task.exception()))
        yield
        loading.cancel()

    async def ready(_request: Request) -> JSONResponse:
        return JSONResponse({"ready": "robot" in state}, status_code=200 if "robot" in state else 503)

    async def turn(request: Request) -> JSONResponse:
        if "robot" not in state:
            return JSONResponse({"error": "not ready"}, status_code=503)
        try:
            given = await request.json()
            answer = await state["robot"].turn(Turn(**given | {"history": tuple(given.get("history", ()))}))
        except (ValueError, TypeError):
            return JSONResponse({"error": "not a turn"}, status_code=400)
        except RobotDown as error:
            return JSONResponse({"error": str(error)}, status_code=503)
        return JSONResponse({"messages": answer.messages, "facts": answer.facts, "commands": answer.commands,
                             "understanding": answer.understanding})

    return Starlette(routes=[Route("/ready", ready), Route("/turn", turn, methods=["POST"])], lifespan=lifespan)


def _die(error: BaseException) -> None:
    logging.getLogger(__name__).error("the robot could not be loaded: %s", error, exc_info=error)
    os._exit(3)  # the supervisor starts a new one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--model", type=Path, required=True)
    given = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="robot %(levelname)s %(name)s: %(message)s")
    # Rasa's old libraries warn about each other, whatever filter is set; the addresses are to be read above.
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    from rasa.utils.log_utils import configure_structlog
    configure_structlog(logging.WARNING)
    uvicorn.run(application(given.model), host="127.0.0.1", port=given.port, log_level="warning", access_log=False,
                ws="none")  # the robot speaks plain HTTP; Rasa's websockets is too old for uvicorn anyway


if __name__ == "__main__":
    main()
