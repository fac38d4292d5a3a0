"""The explorer: the package as a static site, one module for each kind of page."""
