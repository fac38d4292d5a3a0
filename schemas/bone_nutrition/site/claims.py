"""Articles, statement by statement, with verdict, rationale and works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..models.claims import VERDICT
from . import linked_data
from .contents import Contents, Row
from .page import Page
from .wording import words


@dataclass(frozen=True)
class Judged:
    """A claim in one article: where it stands, what decides it, what it contradicts."""

    claim: Row
    places: Sequence[Row]
    works: Sequence[Row]
    links: Sequence[Row]
    elsewhere: Sequence[str]


def pages(contents: Contents) -> Iterator[Page]:
    if not contents.rows("articles"):
        return
    articles = [(article, judged(contents, article["article_id"])) for article in contents.rows("articles")]
    counts = {article["article_id"]: Counter(item.claim["verdict"] for item in items) for article, items in articles}
    yield Page("claims/index.html", "articles.html", "Claims", "Statements of popular articles, each judged by sound works.", linked_data.page(None),
               {"articles": articles, "counts": counts, "verdicts": VERDICT})
    for article, items in articles:
        yield Page(f"claims/{article['article_id']}.html", "article.html", article["title"], f"The statements of “{article['title']}”, each with its verdict.",
                   linked_data.claims(article, [item.claim for item in items]),
                   {"article": article, "items": items, "counts": counts[article["article_id"]], "verdicts": VERDICT, "target_of": target_of},
                   scripts=("filter.js",))


def judged(contents: Contents, article_id: str) -> list[Judged]:
    """The claims of an article in its order; one that stands there twice comes once, at its first place."""
    places: dict[str, list[Row]] = {}
    for place in sorted(contents.of("claim_occurrences", "article_id", article_id), key=_order):
        places.setdefault(place["claim_id"], []).append(place)
    return [_judged(contents, claim_id, article_id, found) for claim_id, found in places.items()]


def _judged(contents: Contents, claim_id: str, article_id: str, places: Sequence[Row]) -> Judged:
    others = sorted({place["article_id"] for place in contents.of("claim_occurrences", "claim_id", claim_id)} - {article_id})
    return Judged(contents.get("claims", claim_id), places, contents.works_of("claim_citations", "claim_id", claim_id),
                  contents.of("claim_links", "claim_id", claim_id) if contents.rows("claim_links") else [], others)


def target_of(contents: Contents, other_id: str) -> tuple[str, str, str]:
    """Table, key and words of what a link leads to."""
    table, _, key = other_id.partition(":")
    row = contents.get(table, key)
    said = {
        "claims": lambda: row["statement"],
        "functions": lambda: row["statement"],
        "questions": lambda: row["text"],
        "interactions": lambda: f"{contents.label(row['subject_id'])} {words(row['relation'])} {contents.label(row['object_id'])}",
        "reference_intakes": lambda: f"reference intake {key}",
        "food_sources": lambda: f"{contents.get('nutrients', row['nutrient_id'])['name']} in {contents.get('foods', row['food_id'])['name']}",
    }
    return table, key, said[table]() if row and table in said else key


def _order(place: Row) -> tuple[int, int]:
    paragraph, sentence = place["locator"].split(".")
    return int(paragraph), int(sentence)
