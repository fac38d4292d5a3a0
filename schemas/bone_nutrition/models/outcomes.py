"""Table ``outcomes``."""

from .fields import Flag, Table, Text, choice, flag, key, reference
from .shared import amount_unit

BETTER = {
    "higher": "A higher value is better for the person.",
    "lower": "A lower value is better for the person.",
    "neither": "Neither direction is better by itself.",
}


class Outcomes(Table):
    """One outcome of studies; the skeletal site belongs to it."""

    outcome_id: Text = key("Outcome", "The entity of type outcome.", references="entities", of_type=("outcome",))
    parent_id: Text = reference("Parent", "Wider outcome that includes this one.", "outcomes")
    better: Text = choice("Better", "Which direction is better.", BETTER, required=True)
    is_harm: Flag = flag("Is harm", "true for outcomes measured as possible harm of an exposure.", required=True)
    default_unit: Text = amount_unit("Default unit", "UCUM unit in which differences are usually given; empty for events.")
