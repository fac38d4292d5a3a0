"""What a page is about, in schema.org's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..export.prefixes import own_iri
from ..export.schema_org import CONTEXT
from .contents import Row
from .links import registry

Described = dict[str, Any]
VERDICT_RATING = {"supported": 5, "supported-with-caveats": 4, "contested": 3, "unsupported": 2, "incorrect": 1}


def page(about: Described | None, kind: str = "WebPage") -> Described:
    return {"@context": CONTEXT, "@type": kind, "isPartOf": {"@id": own_iri()}} | ({"about": about} if about else {})


def thing(name: str, description: str, curies: Sequence[str], synonyms: str = "") -> Described:
    described: Described = {"@type": "Thing", "name": name}
    described |= {"description": description} if description else {}
    described |= {"alternateName": synonyms.split("|")} if synonyms else {}
    addresses = [address for curie in curies if (address := registry(curie))]
    return described | ({"sameAs": addresses} if addresses else {})


def work(row: Row) -> Described:
    kind = "ScholarlyArticle" if row["type"] == "journal-article" else "CreativeWork"
    described: Described = {"@context": CONTEXT, "@type": kind, "name": row["title"]}
    described |= {"author": [{"@type": "Person", "name": name} for name in row["authors"].split("|")]} if row["authors"] else {}
    described |= {"datePublished": row["year"]} if row["year"] else {}
    return described | ({"sameAs": f"https://doi.org/{row['doi']}"} if row["doi"] else {})


def claims(article: Row, judged: Sequence[Row]) -> Described:
    """Verdicts as reviews; what no work can decide is no review."""
    reviews = [{
        "@type": "ClaimReview",
        "claimReviewed": claim["statement"],
        "reviewRating": {"@type": "Rating", "ratingValue": VERDICT_RATING[claim["verdict"]], "bestRating": 5, "worstRating": 1,
                         "alternateName": claim["verdict"]},
    } for claim in judged if claim["verdict"] in VERDICT_RATING]
    return page({"@type": "Article", "name": article["title"]}) | {"hasPart": reviews}
