"""Table ``claim_occurrences``."""

from .fields import Table, Text, key, text


class ClaimOccurrences(Table):
    """One place in one article where a claim stands."""

    claim_id: Text = key("Claim", "Claim made there.", references="claims")
    article_id: Text = key("Article", "Article that makes it.", references="articles")
    locator: Text = key("Locator", "Paragraph and sentence, counted from 1.", pattern=r"\d+\.\d+", says="paragraph.sentence")
    section: Text = text("Section", "Heading under which it stands.")
