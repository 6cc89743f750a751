"""start.py and launcher/: real folders, sockets and processes."""
