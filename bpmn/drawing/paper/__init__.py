"""A map on sheets of paper: where it is cut, what stands on each page, and all of them as one PDF."""
