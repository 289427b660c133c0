"""Stores of the dataset behind one interface, `base.Store`."""
