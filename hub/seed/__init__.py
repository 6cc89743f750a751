"""What a new hub holds from its first minute: pages, dated figures, rights of editors."""
