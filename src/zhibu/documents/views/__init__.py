"""Pages of documents and publications."""
