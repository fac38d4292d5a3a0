"""Table ``regulatory_claims``."""

from .fields import Date, Table, Text, choice, date, key, reference, references, text, wording
from .shared import locator, read_at, read_in, read_on

STATUS = {
    "authorised": "May be used under its conditions.",
    "qualified": "May be used with a disclaimer on the evidence.",
    "notified": "Notified by a maker; not evaluated.",
    "filed": "On a list for filing.",
    "rejected": "Evaluated and refused.",
    "withdrawn": "Application or claim withdrawn.",
    "on-hold": "Not decided; old rules apply.",
    "under-review": "Being evaluated.",
}


class RegulatoryClaims(Table):
    """One claim on food or supplements that one jurisdiction allowed or refused for one nutrient."""

    regulatory_claim_id: Text = key("Regulatory claim", "Readable slug of jurisdiction, nutrient and effect.")
    jurisdiction: Text = text("Jurisdiction", "Country or union in which it holds.", required=True)
    authority_id: Text = reference("Authority", "Body that decided.", "entities", of_type=("authority",), required=True)
    nutrient_id: Text = reference("Nutrient", "Nutrient of the claim.", "nutrients", required=True)
    co_nutrients: Text = references("Other nutrients", "Nutrients that the claim needs beside it.", "nutrients")
    claimed_effect: Text = wording("Claimed effect", "Effect in our words.", required=True)
    status: Text = choice("Status", "What was decided.", STATUS, required=True)
    pathway: Text = text("Pathway", "Legal pathway of the claim.")
    conditions: Text = wording("Conditions", "Conditions of use.")
    legal_reference: Text = text("Legal reference", "Act, article or entry number.")
    decided_on: Date = date("Decided on", "Day of the decision.")
    citation_id: Text = reference("Citation", "Register or act.", "citations", required=True)
    read_in: Text = read_in()
    read_at: Text = read_at()
    locator: Text = locator()
    read_on: Date = read_on()
