"""The Hub: AI tools for law enforcement, found, learnt and discussed behind one verified door."""
