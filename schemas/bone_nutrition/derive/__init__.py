"""What is computed from tables and never edited by hand."""
