"""What people edit in data/curated/ as RDF statements."""
