"""Table ``nutrients``."""

from .fields import Table, Text, choice, key, listing, reference, text, wording
from .shared import MASS_UNITS, curie

KIND = {
    "vitamin": "Vitamin, counted over all its forms.",
    "vitamer": "One chemical form of a vitamin.",
    "major-mineral": "Mineral needed in amounts above 100 mg a day.",
    "trace-element": "Element needed, or studied, in smaller amounts.",
    "fatty-acid": "One fatty acid, or one undifferentiated chromatographic peak.",
    "amino-acid": "One amino acid.",
    "macronutrient": "Protein, fat, carbohydrate or water.",
    "energy": "Metabolisable energy.",
    "fibre": "Dietary fibre.",
    "bioactive": "Food constituent that is not a nutrient but acts on bone, muscle, nerve or vessel, or on a nutrient.",
    "group": "Several nutrients counted together.",
}
ESSENTIALITY = {
    "essential": "Must be eaten; its lack causes disease.",
    "conditionally-essential": "Must be eaten in some states or amounts only.",
    "not-essential": "Made in the body, or not needed.",
    "not-established": "Authorities have not found it essential, and have not ruled it out.",
}
SOLUBILITY = {"water": "Water-soluble.", "fat": "Fat-soluble.", "not-applicable": "The distinction does not apply."}
BONE_RELEVANCE = {
    "core": "Its role in bone is established; covered by every table.",
    "supporting": "It takes part in bone, muscle, nerve or vessel metabolism.",
    "adverse-in-excess": "High intakes are tied to harm for bone, muscle, nerve or vessel.",
    "contested": "Claimed for bone; sound works disagree.",
    "not-established": "No role in bone has been shown.",
}


class Nutrients(Table):
    """One nutrient, one form of a nutrient (vitamer), or one group of nutrients."""

    nutrient_id: Text = key("Nutrient", "Readable slug of the nutrient.")
    name: Text = wording("Name", "Name with the popular or chemical name in parentheses.", required=True)
    kind: Text = choice("Kind", "What sort of thing it is.", KIND, required=True)
    parent_id: Text = reference("Parent", "Nutrient of which this one is a form or member.", "nutrients")
    essentiality: Text = choice("Essentiality", "Whether people must eat it.", ESSENTIALITY, required=True)
    solubility: Text = choice("Solubility", "Solubility class of the vitamin or lipid.", SOLUBILITY, required=True)
    unit: Text = choice("Unit", "UCUM unit of its amounts in food_sources.", MASS_UNITS, required=True)
    chebi: Text = curie("ChEBI", "Exact match in ChEBI (for an element: its atom).", "CHEBI")
    cdno: Text = curie("CDNO", "Exact match in the Compositional Dietary Nutrition Ontology.", "CDNO")
    pubchem_cid: Text = curie("PubChem compound", "Exact match in PubChem Compound.", "pubchem.compound")
    inchikey: Text = text("InChIKey", "Standard InChIKey of the compound.", pattern=r"[A-Z]{14}-[A-Z]{10}-[A-Z]", unique=True,
                          says="an InChIKey of 14, 10 and 1 capitals")
    cas: Text = curie("CAS number", "CAS registry number; its last digit is a check digit.", "cas")
    unii: Text = curie("UNII", "FDA unique ingredient identifier; its last character is a check character.", "unii")
    mesh: Text = curie("MeSH", "Exact match in the Medical Subject Headings.", "mesh")
    wikidata: Text = curie("Wikidata", "Exact match in Wikidata.", "wikidata")
    infoods_tagname: Text = text("INFOODS tagname", "Tagname of the component in FAO/INFOODS.", pattern=r"[A-Z0-9_-]+",
                                 says="capitals, digits, hyphen or underscore")
    bone_relevance: Text = choice("Bone relevance", "How far a role in bone is accepted.", BONE_RELEVANCE, required=True)
    synonyms: Text = listing("Synonyms", "Other names under which people search.")
    description: Text = wording("Description", "What it is and what its amounts are expressed as.", required=True)
