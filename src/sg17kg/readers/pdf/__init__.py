"""PDF files, read line by line in a process of their own."""
