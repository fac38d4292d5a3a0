"""Table ``functions``."""

from .fields import Table, Text, choice, key, reference, wording
from .shared import EVIDENCE_BASIS, STANDING

RELATION = {
    "cofactor-of": "Needed by the target enzyme to work.",
    "component-of": "Part of the target.",
    "substrate-of": "Used up by the target.",
    "precursor-of": "Turned into the target.",
    "activates": "Switches the target on.",
    "inhibits": "Switches the target off or slows it.",
    "stimulates": "Raises activity, number or secretion of the target.",
    "suppresses": "Lowers activity, number or secretion of the target.",
    "regulates": "Changes the target in either direction, depending on state.",
    "stored-in": "Held in the target.",
    "converted-to": "Becomes the target.",
}
SYSTEM = {
    "bone": "Bone, cartilage and teeth.",
    "muscle": "Skeletal muscle.",
    "nerve": "Nerve and brain.",
    "vascular": "Heart and vessels.",
    "blood": "Blood and clotting.",
    "immune": "Immune system and inflammation.",
    "gut": "Gut and absorption.",
    "kidney": "Kidney.",
    "endocrine": "Hormonal regulation.",
    "general": "All or several systems.",
}


class Functions(Table):
    """One thing that a nutrient does in the body."""

    function_id: Text = key("Function", "Readable slug of nutrient, relation and target.")
    nutrient_id: Text = reference("Nutrient", "Nutrient that acts.", "nutrients", required=True)
    relation: Text = choice("Relation", "How it acts on the target.", RELATION, required=True)
    target_id: Text = reference("Target", "What it acts on.", "entities", required=True)
    process_id: Text = reference("Process", "Biological process served.", "entities", of_type=("process",))
    system: Text = choice("System", "Body system in which it matters.", SYSTEM, required=True)
    statement: Text = wording("Statement", "The function in one or two sentences.", required=True)
    evidence_basis: Text = choice("Evidence basis", "What kind of evidence carries it.", EVIDENCE_BASIS, required=True)
    status: Text = choice("Status", "How far it is accepted.", STANDING, required=True)
