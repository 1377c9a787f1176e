"""Measured by `make bench`, never by a timed test: figures are ratios within one run on one machine.

Each module measures one thing; its ``run()`` gives lines of the table. What is compared takes turns, so that a noisy
machine is noisy to both.
"""
