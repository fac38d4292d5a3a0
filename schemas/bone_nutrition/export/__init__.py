"""Exporters, one per target: ``write(folder, rows, target)`` writes a format into ``dist/``, ``…_bytes`` makes a file that the repository keeps."""
