"""Pages of matters and their steps."""
