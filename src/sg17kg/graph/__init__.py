"""Building of the dataset from facts: mapping, inference, validation."""
