"""Output of the scripts and of the command line."""

from __future__ import annotations

import os
import sys


def accept_any_text() -> None:
    """Let standard output take whatever the tables hold: a pipe as UTF-8, as they are; a terminal shows what it lacks as its code."""
    if sys.stdout.isatty():
        sys.stdout.reconfigure(errors="backslashreplace")
    else:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")


def show(text: str) -> None:
    """Print; a reader that has seen enough, such as head, is no error."""
    accept_any_text()
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
