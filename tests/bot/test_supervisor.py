import asyncio
import os
import signal
import socket
import sys

from bot.supervisor import FIRST_PAUSE, LONGEST_PAUSE, Child, Supervisor


def test_the_pause_doubles_up_to_its_limit_and_is_short_again_after_a_steady_life():
    child = Child("x", [])
    pauses = [child.next_pause(1) for _ in range(9)]
    assert pauses[:4] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert max(pauses) == LONGEST_PAUSE
    assert child.next_pause(120) == FIRST_PAUSE


async def test_a_child_that_is_killed_is_started_again_and_all_end_with_the_supervisor(tmp_path):
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    children = [Child("a", sleeper, pause=0.05), Child("b", sleeper)]
    running = asyncio.create_task(Supervisor(children, tmp_path).run())

    async def until(condition):
        for _ in range(200):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError("it did not happen within four seconds")

    await until(lambda: all(c.process for c in children))
    first, other = children[0].process.pid, children[1].process.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: children[0].process.pid != first)
    assert children[1].process.pid == other
    await until(lambda: (tmp_path / "a.pid").read_text() == f"{children[0].process.pid}\n")
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 10)
    assert all(c.process.returncode is not None for c in children)
    assert not list(tmp_path.glob("*.pid"))


def test_a_second_start_on_the_same_port_says_so_and_touches_nothing(tmp_path, monkeypatch, capsys):
    from bot import cli, training
    monkeypatch.setenv("INDGANG_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(training, "model_path", lambda _settings: tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("INDGANG_PORT", str(taken.getsockname()[1]))
        assert cli.main(["serve"]) == 2
    assert "is taken" in capsys.readouterr().err
    assert not (tmp_path / "pids").exists()
