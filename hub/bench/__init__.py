"""What the hub costs: `manage.py bench`. Figures are compared within one run; no test asserts a time."""
