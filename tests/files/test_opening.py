"""Databases are opened in one place, and print nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import comention

_OPENS = (
    "from comention.files.opening import open_database\n"
    "with open_database(threads=1) as database:\n"
    "    for one in (database, database.cursor()):\n"
    "        print(one.execute(\"SELECT current_setting('enable_progress_bar')\").fetchone()[0])"
)


def test_no_progress_is_drawn_where_the_program_has_no_file() -> None:
    done = subprocess.run([sys.executable, "-c", _OPENS], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_no_other_module_opens_a_database() -> None:
    package = Path(comention.__file__).parent
    found = [
        str(path.relative_to(package))
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "duckdb.connect"
    ]
    assert found == ["files/opening.py"]
