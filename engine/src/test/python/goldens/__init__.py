"""The parts of make_goldens.py: one module for each family of functions."""
