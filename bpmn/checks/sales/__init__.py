"""What sales people know of good processes, checked while a map is drawn: each rule says why, and can be silenced.

They never keep a version from being published.
"""
