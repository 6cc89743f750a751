"""Run as a program: become the command in the arguments, bound to end when its parent does (Linux only).

`python3 bound.py PARENT COMMAND...`, where PARENT is the id of the process to be bound to.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, command = int(sys.argv[1]), sys.argv[2:]
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:  # else it ended before the line above
        os.execvp(command[0], command)
