"""Rules that are verified at start."""
