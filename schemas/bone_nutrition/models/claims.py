"""Table ``claims``."""

from .fields import Number, Table, Text, choice, key, number, reference, text, wording
from .shared import amount_unit

PREDICATE = {
    "has-function": "The subject does something in the body.",
    "activates": "The subject activates the object.",
    "cofactor-of": "The subject is a cofactor of the object.",
    "found-in-food": "The subject is found in the food.",
    "synergises-with": "Together they do more.",
    "antagonises": "The subject works against the object.",
    "deficiency-causes": "Lack of the subject causes the object.",
    "affects-outcome": "The subject changes the outcome.",
    "form-of": "The subject is a form of the object.",
    "stored-in": "The subject is stored in the object.",
    "converts-to": "The subject becomes the object.",
    "regulates": "The subject regulates the object.",
    "contraindicated-with": "The subject is not to be combined with the object.",
    "recommended-with": "The subject is recommended together with, or for, the object.",
    "study-found": "A study found something.",
    "regulatory": "A rule or approval exists.",
    "definition": "What a word means.",
    "lifestyle": "A habit matters.",
    "other": "Any other statement.",
}
VERDICT = {
    "supported": "Sound works carry it as stated.",
    "supported-with-caveats": "True with a limit that the article leaves out.",
    "contested": "Sound works disagree.",
    "unsupported": "No sound work carries it.",
    "incorrect": "Sound works show that it is wrong.",
    "not-assessable": "No work can decide it.",
}


class Claims(Table):
    """One atomic statement of the articles, judged."""

    claim_id: Text = key("Claim", "Readable slug of the statement.")
    statement: Text = wording("Statement", "The statement, paraphrased.", required=True)
    statement_group: Text = text("Statement group", "Same for the several objects of one sentence.")
    subject_id: Text = reference("Subject", "What the statement is about.", "entities", required=True)
    predicate: Text = choice("Predicate", "What it says of the subject.", PREDICATE, required=True)
    object_id: Text = reference("Object", "What it relates the subject to.", "entities")
    food_id: Text = reference("Food", "Food named.", "foods")
    quantity: Number = number("Quantity", "Number in the statement.")
    quantity_unit: Text = amount_unit("Quantity unit", "UCUM unit of the number.")
    verdict: Text = choice("Verdict", "Whether it holds.", VERDICT, required=True)
    rationale: Text = wording("Rationale", "Why, so that a reader can check.", required=True)
