"""Table ``interactions``."""

from .fields import Date, Number, Table, Text, choice, key, number, reference, row_rule, wording
from .shared import EVIDENCE_BASIS, STANDING, amount_unit, locator, read_at, read_in, read_on

RELATION = {
    "increases-absorption-of": "More of the object is absorbed.",
    "decreases-absorption-of": "Less of the object is absorbed.",
    "increases-excretion-of": "More of the object is lost.",
    "decreases-excretion-of": "Less of the object is lost.",
    "increases-requirement-for": "More of the object is needed.",
    "required-to-activate": "The object is not activated without the subject.",
    "required-for-action-of": "The object does not act without the subject.",
    "potentiates": "The object acts more strongly.",
    "antagonises": "The object acts less strongly.",
    "competes-with": "Both share a carrier, enzyme or binding site (symmetric).",
    "depletes": "Stores of the object fall.",
    "raises-level-of": "The level of the object rises.",
    "lowers-level-of": "The level of the object falls.",
    "stimulates-secretion-of": "More of the object is secreted.",
    "suppresses-secretion-of": "Less of the object is secreted.",
    "substitutes-for": "One can stand in for the other (symmetric).",
    "synergises-with": "Together they do more than the sum (symmetric).",
    "interferes-with-test-of": "A laboratory test of the object reads wrongly.",
    "no-known-effect-on": "An interaction was looked for or is expected, and none is known.",
}
SYMMETRIC = ("competes-with", "substitutes-for", "synergises-with")
SEVERITY = {
    "none": "No consequence.",
    "minor": "Rarely needs action.",
    "moderate": "May need separation, monitoring or a changed dose.",
    "major": "May harm seriously if nothing is done.",
}


class Interactions(Table):
    """One way in which a nutrient, food component, drug, hormone or habit changes what another does."""

    interaction_id: Text = key("Interaction", "Readable slug of subject, relation and object.")
    subject_id: Text = reference("Subject", "What causes the change.", "entities", required=True)
    relation: Text = choice("Relation", "What the subject does to the object.", RELATION, required=True)
    object_id: Text = reference("Object", "What is changed.", "entities", required=True)
    via_id: Text = reference("Via", "Third party through which it happens.", "entities")
    mechanism: Text = wording("Mechanism", "How it happens.")
    magnitude: Number = number("Magnitude", "Size of the change as printed, negative for a fall; empty where a range is printed.")
    magnitude_low: Number = number("Low magnitude", "Low end of a printed range.")
    magnitude_high: Number = number("High magnitude", "High end of a printed range.")
    magnitude_unit: Text = amount_unit("Magnitude unit", "UCUM unit of the magnitudes (a change in per cent: %).")
    dose_threshold: Number = number("Dose threshold", "Dose of the subject above which it is seen.", exclusive_minimum=0)
    dose_unit: Text = amount_unit("Dose unit", "UCUM unit of the dose threshold.")
    separation_hours: Number = number("Separation", "Shortest separation that the label or guideline asks for.", unit="h", minimum=0, maximum=48)
    population: Text = wording("Population", "Who is at risk.")
    severity: Text = choice("Severity", "Clinical weight; empty where no label or guideline was read.", SEVERITY)
    management: Text = wording("Management", "What the cited label or guideline tells prescribers.")
    evidence_basis: Text = choice("Evidence basis", "What kind of evidence carries it.", EVIDENCE_BASIS, required=True)
    status: Text = choice("Status", "How far it is accepted.", STANDING, required=True)
    read_in: Text = read_in(required=False)
    read_at: Text = read_at(required=False)
    locator: Text = locator(required=False)
    read_on: Date = read_on(required=False)

    @row_rule("interaction-order", column="subject_id", reason="a symmetric relation stands once, with subject_id before object_id",
              mend="Swap subject and object, or delete the second row.")
    def symmetric_once(cls, frame):
        return ~frame["relation"].isin(SYMMETRIC) | (frame["subject_id"] < frame["object_id"])

    @row_rule("interaction-self", column="object_id", reason="a thing does not interact with itself", mend="Name the other party.")
    def not_with_itself(cls, frame):
        return frame["subject_id"] != frame["object_id"]

    @row_rule("interaction-read", column="read_in", reason="a row with a number says where the number was read",
              mend="Fill read_in, read_at, locator and read_on.")
    def numbers_are_read(cls, frame):
        has_number = frame[["magnitude", "magnitude_low", "dose_threshold", "separation_hours"]].notna().any(axis=1)
        return ~has_number | frame[["read_in", "read_at", "locator", "read_on"]].notna().all(axis=1)

    @row_rule("interaction-management", column="management", reason="a moderate or major interaction says what label or guideline tells prescribers",
              mend="Fill management from the cited label or guideline, or correct severity.")
    def severe_is_managed(cls, frame):
        return ~frame["severity"].isin(("moderate", "major")) | frame["management"].notna()

    @row_rule("interaction-units", column="magnitude_unit", reason="magnitude and dose_threshold stand with their units, and only together",
              mend="Fill or clear the unit.")
    def numbers_have_units(cls, frame):
        has_magnitude = frame["magnitude"].notna() | frame["magnitude_low"].notna()
        return (has_magnitude == frame["magnitude_unit"].notna()) & (frame["dose_threshold"].notna() == frame["dose_unit"].notna())

    @row_rule("interaction-range", column="magnitude_low", reason="a range has two ends, in order, and stands instead of magnitude",
              mend="Fill magnitude, or magnitude_low and magnitude_high.")
    def range_is_complete(cls, frame):
        both = frame["magnitude_low"].notna() & frame["magnitude_high"].notna() & (frame["magnitude_low"] < frame["magnitude_high"]).fillna(False)
        none = frame["magnitude_low"].isna() & frame["magnitude_high"].isna()
        return (both & frame["magnitude"].isna()) | none
