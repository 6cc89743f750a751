"""The same catalogue in Wagtail's own search (modelsearch, database backend), for comparison.

An app of a project of its own, which `__main__` sets up in a process of its own: the hub never installs it.
"""
