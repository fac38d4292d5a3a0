"""Table ``entities``."""

from .fields import Table, Text, choice, key, listing, wording
from .shared import curie

ENTITY_TYPE = {
    "nutrient": "A row of nutrients (generated).",
    "food-group": "Group of foods.",
    "food-component": "Constituent or property of food that is not in nutrients.",
    "diet": "Dietary pattern.",
    "cell": "Cell type.",
    "tissue": "Tissue or organ.",
    "protein": "Protein, enzyme or receptor.",
    "hormone": "Hormone or growth factor.",
    "metabolite": "Small molecule made in the body.",
    "drug": "One medicine.",
    "drug-class": "Class of medicines.",
    "process": "Biological process.",
    "disease": "Disease or deficiency state.",
    "outcome": "Outcome measured in studies (a row of outcomes).",
    "biomarker": "Laboratory measure of status or turnover.",
    "lifestyle": "Habit or exposure outside diet.",
    "therapy": "Treatment that is not one medicine.",
    "population": "Group of people.",
    "authority": "Body that sets values or rules.",
}


class Entities(Table):
    """Anything that a nutrient acts on, with or against, and every nutrient itself."""

    entity_id: Text = key("Entity", "Readable slug; for type nutrient the nutrient_id.")
    label: Text = wording("Label", "Name for people.", required=True)
    type: Text = choice("Type", "What sort of thing it is.", ENTITY_TYPE, required=True)
    curie: Text = curie("CURIE", "Best exact match in a registry.")
    synonyms: Text = listing("Synonyms", "Other names under which people search.")
    description: Text = wording("Description", "What it is, in one sentence.")
