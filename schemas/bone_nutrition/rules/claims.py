"""Claims: each stands in an article, each verdict rests on something that fits it, contradictions are mutual, links lead to rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .. import schema
from ..faults import Fault
from ..models.claim_links import TABLES as LINKED_TABLES
from ..table_data import TableData
from .declare import Rule, Tables

ANY_STANCE = ("supports", "disputes", "background")
# Stances of works that can carry each verdict; a rests-on link carries any. What is not assessable needs neither.
STANCES = {
    "supported": ("supports",),
    "supported-with-caveats": ("supports",),
    "contested": ANY_STANCE,
    "unsupported": ANY_STANCE,
    "incorrect": ("disputes",),
}


def verdict_is_cited(tables: Tables) -> Iterator[Fault]:
    data, citations, links = tables["claims"], tables["claim_citations"].text, tables["claim_links"].text
    rests = data.text["claim_id"].isin(links.loc[links["relation"].eq("rests-on"), "claim_id"])
    for verdict, stances in STANCES.items():
        cited = data.text["claim_id"].isin(citations.loc[citations["stance"].isin(stances), "claim_id"])
        wrong = data.text["verdict"].eq(verdict) & ~cited & ~rests
        how = "" if stances == ANY_STANCE else f" that {' or '.join(stances)}"
        yield from data.faults_where(wrong, "claim-cited", "verdict", f"the verdict has neither a work{how} nor a rests-on link",
                                     "Add a row to data/claim_citations.csv or data/claim_links.csv, or judge it not-assessable.")


def claims_stand_in_articles(tables: Tables) -> Iterator[Fault]:
    data = tables["claims"]
    nowhere = ~data.text["claim_id"].isin(tables["claim_occurrences"].distinct("claim_id"))
    yield from data.faults_where(nowhere, "claim-placed", "claim_id", "the claim stands in no article",
                                 "Add the places where it stands to data/claim_occurrences.csv.")


def contradictions_are_mutual(tables: Tables) -> Iterator[Fault]:
    data = tables["claim_links"]
    contradicts = data.text["relation"].eq("contradicts")
    between_claims = contradicts & data.text["other_id"].str.startswith("claims:").fillna(False)
    there = set(zip("claims:" + data.text.loc[contradicts, "claim_id"], data.text.loc[contradicts, "other_id"]))
    one_sided = [(other, f"claims:{claim}") not in there for claim, other in zip(data.text["claim_id"], data.text["other_id"])]
    yield from data.faults_where(between_claims & pd.Series(one_sided), "contradiction-mutual", "other_id",
                                 "the other claim does not contradict this one", "Add the row with the two claims swapped.")


def links_lead_to_rows(table: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables["claim_links"]
        linked = {other for other in data.distinct("other_id") if other.startswith(f"{table}:")}
        wrong = linked - _addresses(tables[table], {other.removeprefix(f"{table}:").partition("/")[0] for other in linked})
        if wrong:
            yield from data.faults_where(data.text["other_id"].isin(wrong), "claim-link-target", "other_id", f"no row of {table} has this key",
                                         f"Write {table}:{'/'.join(schema.primary_key(table))} of a row of data/{table}.csv.")
    return check


def _addresses(data: TableData, first_parts: set[str]) -> set[str]:
    """Rows as links name them, of those whose key begins with one of these parts: food_sources is long."""
    key = list(schema.primary_key(data.name))
    codes, texts = data.encoded[key[0]]
    meant = np.isin(codes, [place for place, text in enumerate(texts) if text in first_parts])
    rows = data.text.loc[meant, key].dropna()
    return {f"{data.name}:{'/'.join(parts)}" for parts in zip(*(rows[name].tolist() for name in key))}


RULES = (
    Rule("claim-placed", ("claims", "claim_occurrences"), claims_stand_in_articles),
    Rule("claim-cited", ("claims", "claim_citations", "claim_links"), verdict_is_cited),
    Rule("contradiction-mutual", ("claim_links",), contradictions_are_mutual),
    *(Rule("claim-link-target", tuple(dict.fromkeys(("claim_links", table))), links_lead_to_rows(table)) for table in LINKED_TABLES),
)
