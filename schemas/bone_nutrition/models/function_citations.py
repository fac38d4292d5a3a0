"""Table ``function_citations``."""

from .fields import Table, Text, choice, key
from .shared import STANCE


class FunctionCitations(Table):
    """One work that speaks to one row of functions."""

    function_id: Text = key("Function", "Row of functions.", references="functions")
    citation_id: Text = key("Citation", "Work that speaks to it.", references="citations")
    stance: Text = choice("Stance", "How the work bears on it.", STANCE, required=True)
