"""The commands of ``parcours``, one module a family."""
