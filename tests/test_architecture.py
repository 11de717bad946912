"""The house rules that a reader relies on: short files, imports that point one way, no pickle."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAX_FILE, MAX_FUNCTION = 200, 50
LIGHT = ("engine.encoder", "engine.views", "engine.cli", "engine.figures", "engine.geometry.stream")


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [*found, *ROOT.glob("app.py")]


def test_files_and_functions_are_short_enough_to_read():
    too_long = []
    for path in sources("engine", "pages"):
        text = path.read_text(encoding="utf8")
        name = path.relative_to(ROOT)
        if (n_lines := len(text.splitlines())) > MAX_FILE:
            too_long.append(f"{name}: {n_lines} lines, {MAX_FILE} at most")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                n_lines = node.end_lineno - node.lineno + 1
                if n_lines > MAX_FUNCTION:
                    too_long.append(f"{name}, {node.name}: {n_lines} lines, {MAX_FUNCTION} at most")
    assert not too_long, "\n".join(too_long)


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_pickle_is_imported_nowhere():
    pickling = {"pickle", "cPickle", "dill", "joblib", "shelve", "cloudpickle"}
    offenders = {path.name: imported(path) & pickling for path in sources("engine", "pages")}
    assert not {name: found for name, found in offenders.items() if found}
    # Published weights are pickles all the same: `engine/nets/pickled_data.py` only looks at them.
    for call in ("allow_pickle=True", "torch.load(", "read_pickle("):
        assert not [path.name for path in sources("engine") if call in path.read_text("utf8")]


def loaded_after(*modules: str) -> set[str]:
    """Top-level modules in a fresh interpreter after these imports."""
    code = "import importlib, sys\n"
    code += "".join(f"importlib.import_module({module!r})\n" for module in modules)
    code += "print(*{name.split('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def engine_modules() -> list[str]:
    paths = [path.relative_to(ROOT).with_suffix("") for path in sources("engine")]
    names = [
        ".".join(path.parts).removesuffix(".__init__") for path in paths if len(path.parts) > 1
    ]
    return [name for name in names if not name.endswith("__main__")]


@pytest.mark.slow
def test_to_look_a_view_up_loads_no_net():
    views = [name for name in engine_modules() if name.startswith("engine.views.")]
    assert "torch" not in loaded_after(*views)


@pytest.mark.slow
def test_no_engine_module_loads_streamlit():
    modules = engine_modules()
    assert len(modules) > 30
    assert "streamlit" not in loaded_after(*modules)


def test_what_everyone_imports_first_is_light():
    """The command line answers and the first picture stands before torch has loaded."""
    present = [
        name
        for name in LIGHT
        if (path := ROOT / name.replace(".", "/")).is_dir() or path.with_suffix(".py").is_file()
    ]
    assert len(present) >= 4
    loaded = loaded_after(*present)
    assert not loaded & {"torch", "transformers", "umap", "streamlit"}


def test_imports_point_one_way():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
