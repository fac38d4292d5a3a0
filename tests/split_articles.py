"""Paragraphs and sentences of the articles, numbered as ``claim_occurrences.locator`` has them.

A paragraph is a non-empty line; list items and table rows stand on lines of their own, and a line indented under a list item belongs to
it. Paragraphs, and the sentences of each, are counted from 1. List markers are not part of the text; a listed reference (author, year in
brackets) is one sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# The articles as files of one folder.
FILES = {
    "what-vitamin-helps-rebuild-bones": "000_072de9964ca28dd5.txt",
    "which-vitamin-for-bones-and-back-pain": "001_02218203bf9a24ca.txt",
    "bone-nutrients-and-hormones": "002_f6520f2732877b5f.txt",
    "vitamin-k2-role-in-bone-health": "003_869fd7529e93724b.txt",
    "vitamin-k-and-osteoporosis": "004_a81535bb782d3317.txt",
}
BULLET = re.compile(r"^\s*(?:\u2022|\d+\.)\s+")
REFERENCE = re.compile(r"\((?:\d{4}|n\.d\.)\)\.")
ABBREVIATIONS = ("e.g.", "i.e.", "vs.", "etc.", "Dr.", "n.d.")
SENTENCE_END = re.compile(r"(?<=[.!?])[\u201d\u2019\"')]*\s+(?=[A-Z0-9\u201c\"'(])")
# A single capital with a full stop is an initial, unless it names a vitamin and so ends the sentence.
INITIAL = re.compile(r"(?:^|\s)[A-Z]\.$")
VITAMIN = re.compile(r"[Vv]itamin [A-Z]\.$")


def split(text: str) -> Iterator[tuple[str, str]]:
    """(locator, sentence) of every sentence of one article."""
    for paragraph_number, paragraph in enumerate(paragraphs(text), 1):
        for sentence_number, sentence in enumerate(sentences(paragraph), 1):
            yield f"{paragraph_number}.{sentence_number}", sentence


def paragraphs(text: str) -> list[str]:
    """Text of each paragraph without its list marker."""
    found: list[str] = []
    in_item = False
    for line in text.split("\n"):
        if not line.strip():
            in_item = False
        elif in_item and line.startswith("    ") and not BULLET.match(line):
            found[-1] = _normalised(found[-1] + " " + line)
        else:
            in_item = bool(BULLET.match(line))
            found.append(_normalised(BULLET.sub("", line)))
    return found


def sentences(paragraph: str) -> list[str]:
    """Sentences of one paragraph."""
    if REFERENCE.search(paragraph):
        return [paragraph]
    found: list[str] = []
    start = 0
    for match in SENTENCE_END.finditer(paragraph):
        head = paragraph[start:match.end()].strip()
        if head.endswith(ABBREVIATIONS) or (INITIAL.search(head) and not VITAMIN.search(head)):
            continue
        found.append(head)
        start = match.end()
    return [*found, paragraph[start:].strip()]


def _normalised(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
