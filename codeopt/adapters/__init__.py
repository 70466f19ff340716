"""One outside thing each: git, tree-sitter, SQLite, sandboxes, models."""

import os

os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # else importing git fails where there is none
