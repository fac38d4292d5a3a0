"""``CITATION.cff``: how to cite this version, in the Citation File Format."""

from __future__ import annotations

import json

from ..metadata import package

FILE = "CITATION.cff"


def citation_cff_bytes() -> bytes:
    """The file as YAML; values are written as JSON strings, which YAML reads alike."""
    about = package()
    lines = [
        "# Generated from schemas/bone_nutrition/package.toml by make.",
        "cff-version: 1.2.0",
        'message: "Please cite the package by these data, and the works behind the rows you use."',
        "type: dataset",
        f"title: {_text(about['title'])}",
        f"abstract: {_text(about['description'].strip())}",
        f"version: {_text(about['version'])}",
        f"date-released: {about['created'].isoformat()}",
        "authors:",
        *(f"  - name: {_text(contributor['title'])}" for contributor in about["contributors"]),
        f"license: {about['licenses'][0]['name']}",
        "keywords:",
        *(f"  - {_text(keyword)}" for keyword in about["keywords"]),
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
