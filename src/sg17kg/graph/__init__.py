"""Build the dataset from facts: mapping, inference, validation."""
