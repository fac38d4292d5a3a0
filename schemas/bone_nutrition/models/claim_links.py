"""Table ``claim_links``."""

from .fields import SLUG, Table, Text, key

RELATION = {
    "contradicts": "The two cannot both hold (mutual between claims).",
    "repeats-weaker": "The claim says less than the other.",
    "rests-on": "The verdict follows from the other row.",
}
TABLES = ("claims", "functions", "interactions", "questions", "reference_intakes", "food_sources")


class ClaimLinks(Table):
    """One relation of a claim to another claim or to a row that decides it."""

    claim_id: Text = key("Claim", "Claim linked.", references="claims")
    relation: Text = key("Relation", "How it relates to the other row.", enum=RELATION)
    other_id: Text = key("Other", "The other row, as table:id (parts of a composite key joined by /).",
                         pattern=rf"(?:{'|'.join(TABLES)}):{SLUG}(?:/{SLUG})*", says="table:id")
