"""Table ``questions``."""

from . import fields
from .effect_estimates import EXPOSURE_KIND
from .fields import Flag, Table, Text, choice, flag, key, reference, references, row_rule, wording

REGIMEN_CLASS = {
    "daily": "Daily or weekly doses.",
    "bolus": "Large doses at intervals of a month or more.",
    "any": "Any regimen.",
    "not-applicable": "The exposure has no regimen.",
}


class Questions(Table):
    """One answerable question: an exposure, a comparator, a population and an outcome."""

    question_id: Text = key("Question", "Readable slug of the question.")
    text: Text = wording("Text", "The question in words.", required=True)
    exposure_id: Text = reference("Exposure", "Nutrient or other entity asked about.", "entities", required=True)
    co_exposures: Text = references("Co-exposures", "What is given or eaten together with it.", "entities")
    exposure_kind: Text = choice("Exposure kind", "How the exposure reaches people.", EXPOSURE_KIND, required=True)
    regimen_class: Text = choice("Regimen class", "Kind of dosing asked about.", REGIMEN_CLASS, required=True)
    population_class: Text = fields.text("Population class", "Whom the question is about.", required=True)
    comparator_class: Text = fields.text("Comparator class", "What it is compared with.", required=True)
    outcome_id: Text = reference("Outcome", "Outcome asked about.", "outcomes", required=True)
    retraction_prone: Flag = flag("Retraction-prone", "true if fabricated trials are known in its literature.", required=True)
    why_answers_differ: Text = wording("Why answers differ", "Reasons that the works give for different answers.")

    @row_rule("question-text", column="text", reason="not a question: it begins with a capital letter and ends with a question mark",
              mend="Write the question out, as a reader would ask it.")
    def text_is_a_question(cls, frame):
        return frame["text"].isna() | frame["text"].str.fullmatch(r"[A-Z].*\?")
