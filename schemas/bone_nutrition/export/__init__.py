"""Exporters of the models, one per target; each is a function from the package folder to bytes."""
