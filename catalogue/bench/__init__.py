"""How fast tools are found in a generated catalogue; started by `manage.py bench`, never by a page."""
