"""The catalogue: AI tools and every fact about them, each with its source and the day it was checked."""
