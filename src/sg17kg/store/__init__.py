"""Stores: where the dataset lies and how it is asked. One interface, `base.Store`."""
