"""Map curated data (data/curated/) to triples."""
