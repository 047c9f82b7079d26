"""Do the arrows of the house hold, and is every sentence that a person reads a piece of data?"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("knowledge", "nlu", "bot", "actions", "channels")
MAY_IMPORT = {
    "knowledge": set(),
    "nlu": set(),
    "bot": {"nlu", "knowledge"},
    "actions": {"knowledge", "nlu", "bot"},
    "channels": {"bot", "knowledge", "nlu"},
}
EDGES = {"rasa", "rasa_sdk", "telegram", "starlette", "uvicorn", "httpx", "requests", "aiohttp", "sanic"}
# In nlu only the Rasa faces may know Rasa; in bot only the client of the robot speaks HTTP.
MAY_TOUCH_EDGES = ("nlu/components/", "actions/", "channels/", "bot/rasa_client.py", "bot/cli.py", "nlu/evaluate",
                   "nlu/deep/", "nlu/baseline")


def modules():
    return [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add(node.module)
    return {name.split(".")[0] for name in found}


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_below_it(path):
    room = path.relative_to(ROOT).parts[0]
    assert imports(path) & set(ROOMS) - {room} <= MAY_IMPORT[room]


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_frameworks_stay_at_the_edges(path):
    name = str(path.relative_to(ROOT))
    if not name.startswith(MAY_TOUCH_EDGES):
        assert not imports(path) & EDGES


DANISH = re.compile(r"\b(jeg|dig|ikke|hvad|kan du|skriv|hjælp|hvordan|rådgiver)\b.*\s", re.I)


def strings(tree: ast.AST):
    """String constants that are no docstring."""
    docstrings = {id(node.body[0].value) for node in ast.walk(tree)
                  if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
                  and node.body and isinstance(node.body[0], ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_danish_sentence_stands_in_python(path):
    found = [f"{node.lineno}: {node.value}" for node in strings(ast.parse(path.read_text(encoding="utf-8")))
             if len(node.value.split()) > 3 and "(?" not in node.value and DANISH.search(node.value)]
    assert not found


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_begins_with_the_question_that_it_answers(path):
    if path.name != "__init__.py" or path.stat().st_size:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_only_the_store_side_opens_the_operational_database():
    opening = {str(p.relative_to(ROOT)) for p in modules() if "create_engine(" in p.read_text(encoding="utf-8")}
    assert opening == {"bot/database.py"}


def test_the_operational_code_never_prints_or_logs_a_text():
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and \
                    isinstance(node.func.value, ast.Name) and node.func.value.id in ("log", "logger", "logging"):
                said = ast.unparse(node)
                assert not re.search(r"\b(text|texts|body|message\.text|incoming)\b", said), f"{path.name}: {said}"
