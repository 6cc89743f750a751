"""The version of what the data folder holds. No imports: start.py reads it before anything is installed.

A data folder bears the version in a file named STAMP, `{"data_version": 1}`. A program refuses a newer one.
"""

STAMP = "version.json"
DATA_VERSION = 1
