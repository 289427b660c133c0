"""From records to the dataset: mapping, building, validation."""
