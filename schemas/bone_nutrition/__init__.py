"""Open, validated tables on nutrients and bone.

    >>> import bone_nutrition
    >>> foods = bone_nutrition.load("foods")

``tables``, ``path`` and ``rows`` need only Python; ``load`` needs pandas, ``fetch`` pooch. Every table is checked against the SHA-256
in the package's descriptor before it is used: a mismatch is an error in an installed package and a warning in a checkout.
"""

from __future__ import annotations

from pathlib import Path

from .loading import DESCRIPTOR, IntegrityError, Package

__all__ = ["IntegrityError", "Package", "cite", "describe", "fetch", "intakes", "load", "path", "rows", "tables"]


def fetch(version: str, base_url: str, *, sha256: str | None = None) -> Package:
    """A released version as a package of its own: ``fetch("1.0.0", "https://…").load("foods")``.

    ``base_url`` is the address of the release's folder, which holds the zip and ``SHA256SUMS``. ``sha256`` pins the zip, whoever serves
    it. Without, the sum is that which this package knows of the version, else that of ``SHA256SUMS``, kept from the first fetch on. What
    was fetched stays in the user's cache folder, or the one that ``$BONE_NUTRITION_CACHE`` names, and needs no network any more.

    Raises ImportError without pooch, ValueError for what is no version, address or sum, OSError if the release cannot be fetched, and
    IntegrityError if a byte of it is not the promised one.
    """
    from . import fetching

    return fetching.fetch(version, base_url, sha256)


_HERE = Path(__file__).resolve().parent
_IS_INSTALLED = (_HERE / DESCRIPTOR).exists()
_OWN = Package(
    _HERE if _IS_INSTALLED else _HERE.parent.parent,
    restore="reinstall bone-nutrition" if _IS_INSTALLED else "run make, or restore it from version control",
    is_edited_here=not _IS_INSTALLED,
)
tables, path, rows, load = _OWN.tables, _OWN.path, _OWN.rows, _OWN.load
describe, cite, intakes = _OWN.describe, _OWN.cite, _OWN.intakes
