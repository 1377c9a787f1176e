"""Measured by `make bench`, never by a timed test: figures are ratios within one run on one machine."""
