"""Table ``interaction_citations``."""

from .fields import Table, Text, choice, key
from .shared import STANCE


class InteractionCitations(Table):
    """One work that speaks to one row of interactions."""

    interaction_id: Text = key("Interaction", "Row of interactions.", references="interactions")
    citation_id: Text = key("Citation", "Work that speaks to it.", references="citations")
    stance: Text = choice("Stance", "How the work bears on it.", STANCE, required=True)
