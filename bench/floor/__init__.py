"""The floor: the least Django that can serve such a page from the same database. The desk is measured against it."""
