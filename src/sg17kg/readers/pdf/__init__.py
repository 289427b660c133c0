"""Read PDF files line by line in a child process."""
