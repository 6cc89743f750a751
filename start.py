#!/usr/bin/env python3
"""Set up and run the hub: `python3 start.py`, or `python3 start.py --help` for what else it does.

This file only asks whether Python is a right one, in words that any Python can parse, so that an old one is
told what to do instead of meeting a syntax error. The rest is in launcher/, standard library only.
"""

import os
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 14)


def wrong_python(version):
    """Return what to do about this version of Python (a tuple), or "" if it is a right one."""
    if OLDEST <= tuple(version[:2]) <= NEWEST:
        return ""
    names = ["python3.%d" % minor for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    found = [name for name in names if runs(name)]
    remedy = "run start.py with %s" % found[0] if found else "install one of them and run start.py with it"
    return "start.py: The hub needs Python 3.%d to 3.%d and this is Python %d.%d: %s." % (
        OLDEST[1],
        NEWEST[1],
        version[0],
        version[1],
        remedy,
    )


def runs(name):
    """Return whether a Python of this name is there and runs; a version manager's placeholder does not."""
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call([name, "-c", ""], stdout=nowhere, stderr=nowhere) == 0
        except OSError:
            return False


if __name__ == "__main__":
    if wrong_python(sys.version_info):
        sys.exit(wrong_python(sys.version_info))
    from launcher.command_line import main

    sys.exit(main(sys.argv[1:]))
