"""Table ``claim_citations``."""

from .fields import Table, Text, choice, key
from .shared import STANCE


class ClaimCitations(Table):
    """One work that speaks to one row of claims."""

    claim_id: Text = key("Claim", "Row of claims.", references="claims")
    citation_id: Text = key("Citation", "Work that speaks to it.", references="citations")
    stance: Text = choice("Stance", "How the work bears on it.", STANCE, required=True)
