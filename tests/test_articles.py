"""Every sentence of the five articles is a claim somewhere, or stands in not_claims.csv with the reason why it states nothing.

The articles themselves are not part of the package: article_sentences.csv holds the place and the SHA-256 of each sentence.
"""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import bone_nutrition
import pytest
from split_articles import FILES, split

HERE = Path(__file__).parent


def places(file: str) -> dict[tuple[str, str], dict[str, str]]:
    with (HERE / file).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {(row["article_id"], row["locator"]): row for row in rows}
    assert len(found) == len(rows), f"{file} names a place twice"
    return found


SENTENCES = places("article_sentences.csv")
NOT_CLAIMS = places("not_claims.csv")


@pytest.fixture(scope="module")
def claimed() -> set[tuple[str, str]]:
    return {(row["article_id"], row["locator"]) for row in bone_nutrition.rows("claim_occurrences")}


@pytest.mark.parametrize("article_id", FILES)
def test_every_sentence_is_claimed_or_named_as_no_claim(article_id, claimed):
    sentences = {place for place in SENTENCES if place[0] == article_id}
    assert sentences
    assert sentences - claimed - NOT_CLAIMS.keys() == set()


def test_no_sentence_is_both(claimed):
    assert claimed & NOT_CLAIMS.keys() == set()


def test_every_place_exists(claimed):
    assert (claimed | NOT_CLAIMS.keys()) - SENTENCES.keys() == set()


def test_every_reason_is_given():
    assert [place for place, row in NOT_CLAIMS.items() if not row["reason"].strip()] == []


@pytest.mark.parametrize("article_id", FILES)
def test_the_sentences_are_those_of_the_article(article_id):
    folder = os.environ.get("ARTICLES_DIR")
    if not folder:
        pytest.skip("ARTICLES_DIR is not set: the articles are not part of the package; set it to a folder that holds their texts")
    found = {locator: hashlib.sha256(sentence.encode()).hexdigest() for locator, sentence in split((Path(folder) / FILES[article_id]).read_text(encoding="utf-8"))}
    assert found == {locator: row["sha256"] for (article, locator), row in SENTENCES.items() if article == article_id}
