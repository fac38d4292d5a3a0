"""Table ``forms``."""

from .fields import Number, Table, Text, choice, key, listing, number, reference, text, wording
from .shared import curie

KIND = {
    "salt": "Inorganic or organic salt.",
    "oxide-or-hydroxide": "Oxide or hydroxide.",
    "complex": "Chelate or other complex.",
    "amino-acid": "Amino acid that holds the element.",
    "ester": "Ester.",
    "acid": "Free acid.",
    "vitamer": "The vitamer as sold.",
    "element-or-ion": "Element or simple ion in solution.",
    "matrix": "Food or mineral matrix of variable composition.",
    "mixture": "Mixture of forms.",
}


class Forms(Table):
    """One salt, ester or matrix in which a nutrient is sold or trialled."""

    form_id: Text = key("Form", "Readable slug of the form.")
    nutrient_id: Text = reference("Nutrient", "Nutrient that the form supplies.", "nutrients", required=True)
    name: Text = wording("Name", "Name, with its state of hydration.", required=True)
    kind: Text = choice("Kind", "What sort of form it is.", KIND, required=True)
    formula: Text = text("Formula", "Formula with water of crystallisation; empty for variable composition.",
                         pattern=r"[A-Z][A-Za-z0-9().]*", says="element symbols, digits, parentheses and full stops")
    elemental_fraction: Number = number("Elemental fraction", "Mass of the element in one gram of the form, from standard atomic masses.",
                                        unit="g/g", exclusive_minimum=0, maximum=1)
    chebi: Text = curie("ChEBI", "Exact match in ChEBI.", "CHEBI")
    unii: Text = curie("UNII", "FDA unique ingredient identifier.", "unii")
    synonyms: Text = listing("Synonyms", "Other names under which people search.")
