"""Table ``derivations``."""

from .fields import Table, Text, choice, key, wording

VALUE_STATUS = {
    "measured": "Analysed, or aggregated from analyses.",
    "measured-zero": "Analysed and reported as zero.",
    "calculated": "Computed from other values: a sum, a recipe, a formulation, a regression.",
    "imputed": "Taken over from a similar food or a category average.",
    "label-claim": "Worked back from what the label promises.",
    "assumed-zero": "Not analysed; the compiler holds it to be zero.",
    "trace": "Present, not quantified; amount is empty.",
    "below-limit": "Below the limit of quantification; amount is empty.",
    "literature": "Published analysis, not re-analysed by the compiler.",
    "not-stated": "The source does not say how it got the value.",
}


class Derivations(Table):
    """One USDA code that says how a food value came about, and the value status it stands for.

    Codes are USDA's derivation codes; `source-N` is USDA's source code N, used where a value has no derivation code.
    """

    derivation_code: Text = key("Derivation code", "USDA's derivation code, or source-N.", pattern=r"[A-Z]{1,4}|source-\d{1,2}",
                                says="up to four capitals, or source- and a number")
    description: Text = wording("Description", "What the code stands for.", required=True)
    value_status: Text = choice("Value status", "Status of values with this code (a measured 0 is measured-zero).", VALUE_STATUS, required=True)
