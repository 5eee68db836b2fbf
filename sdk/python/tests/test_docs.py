import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SDK = Path(__file__).parents[1]
PAGES = [page for page in (SDK / "README.md", SDK.parents[1] / "docs" / "python.md") if page.is_file()]
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL))
]


@pytest.mark.parametrize("block", BLOCKS)
def test_the_documentation_is_true(block, signed_in, home):
    (home / ".env").write_text("FROM_FILE=1\n")
    program = home / "program.py"
    program.write_text(block)
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    said = re.findall(r"print\(.*?#\s([^\n]*<keyloft[^>]*>|PGHOST: [^\n]*)", block)
    for line in said:
        assert line in done.stdout
