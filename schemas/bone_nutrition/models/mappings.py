"""Table ``mappings``."""

from .fields import SLUG, Table, Text, choice, key, text, wording
from .shared import ANY_CURIE

SUBJECT_TABLE = {name: f"subject_id is a key of {name}." for name in ("nutrients", "forms", "entities", "foods")}
PREDICATE = {
    "skos:exactMatch": "The registry's entry means the same thing.",
    "skos:closeMatch": "Nearly the same: an ion for an element, a salt for an acid.",
    "skos:broadMatch": "The registry's entry is broader.",
    "skos:narrowMatch": "The registry's entry is narrower.",
}
JUSTIFICATION = {
    "semapv:LexicalMatching": "Labels or synonyms are equal; compared by script.",
    "semapv:ManualMappingCuration": "A person compared label and definition.",
    "semapv:MappingChaining": "Reached through another registry's cross-reference; label compared.",
    "semapv:StructuralMatching": "The structures are equal: same InChIKey.",
}


class Mappings(Table):
    """One match between a row of this package and an entry of a registry, with the registry's own label."""

    subject_id: Text = key("Subject", "Key of the row in subject_table.", pattern=SLUG)
    object_id: Text = key("Object", "CURIE of the registry's entry.", pattern=ANY_CURIE, says="a CURIE with a known prefix")
    subject_table: Text = key("Subject table", "Table of subject_id.", enum=SUBJECT_TABLE)
    predicate: Text = choice("Predicate", "How the two meanings relate.", PREDICATE, required=True)
    object_label: Text = text("Object label", "Label as the registry has it.", required=True)
    registry: Text = text("Registry", "Registry, and the copy of it that was read.", required=True)
    registry_version: Text = text("Registry version", "Release or date of the copy read; 'not stated' where it shows none.", required=True)
    justification: Text = choice("Justification", "How the match was made.", JUSTIFICATION, required=True)
    comment: Text = wording("Comment", "Why the match is broader or closer, or what was compared.")
