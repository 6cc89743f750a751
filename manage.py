#!/usr/bin/env python
"""Django's command line for the hub. Without a settings module in the environment it runs the demo."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.demo")
    execute_from_command_line(sys.argv)
