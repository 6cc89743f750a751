"""What start.py does. Standard library only: it runs before anything is installed.

Upper modules import lower ones: command_line > bench, demo, production, testing > environment > data_folder,
checks, ports, postgres > processes > progress > failures, places.
"""
