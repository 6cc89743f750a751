"""What the roof tells Wagtail."""
