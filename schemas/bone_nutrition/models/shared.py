"""Vocabularies and columns that several tables share."""

from __future__ import annotations

from typing import Any

from . import fields

MASS_UNITS = {
    "ug": "Microgram.",
    "mg": "Milligram.",
    "g": "Gram.",
    "kcal": "Kilocalorie.",
}

# Microgram is the common measure in which masses in different units are compared.
IN_MICROGRAM = {"ug": 1.0, "mg": 1e3, "g": 1e6}

SEX = {"female": "Female only.", "male": "Male only.", "any": "Both sexes."}

LIFE_STAGE = {
    "general": "Neither pregnant nor breastfeeding.",
    "pregnancy": "Pregnant.",
    "lactation": "Breastfeeding.",
}

READ_IN = {
    "full-text": "Read in the text, tables or figures of the cited work itself.",
    "abstract": "Read in the abstract of the cited work.",
    "official-table": "Read in a table or register that the authority itself publishes.",
    "secondary-source": "Read in another work or page that reports the cited one; never leads a summary.",
}

STANCE = {
    "supports": "The work carries the row.",
    "disputes": "The work speaks against the row.",
    "background": "The work explains the row without testing it.",
}

EVIDENCE_BASIS = {
    "established-biochemistry": "Textbook biochemistry or physiology, agreed on by reviews.",
    "human-trials": "Randomised or controlled trials in people, or their synthesis.",
    "human-observational": "Cohort, case-control or cross-sectional studies in people, or their synthesis.",
    "animal-or-cell": "Animal or cell experiments only.",
    "hypothesis": "Proposed, not yet tested.",
}

STANDING = {
    "established": "Accepted, not seriously questioned.",
    "probable": "Well supported, with open questions.",
    "disputed": "Sound works disagree.",
    "refuted": "Shown not to hold.",
}

STUDY_DESIGN = {
    "meta-analysis-of-rcts": "Pooled estimate of randomised controlled trials.",
    "meta-analysis-of-cohorts": "Pooled estimate of cohort studies.",
    "meta-analysis-mixed": "Pooled estimate of studies of several designs.",
    "systematic-review": "Systematic search and appraisal without pooling.",
    "rct": "Randomised controlled trial.",
    "non-randomised-trial": "Controlled or single-arm trial without random allocation.",
    "cohort": "Cohort study.",
    "case-control": "Case-control study.",
    "cross-sectional": "Cross-sectional study.",
    "narrative-review": "Review without a systematic search.",
    "guideline": "Guideline or consensus of a professional body.",
    "reference-intake-report": "Report that sets dietary reference values.",
    "composition-database": "Food composition database.",
    "regulation": "Law or official register.",
    "animal-study": "Experiment in animals.",
    "in-vitro": "Experiment in cells, tissue or solution.",
    "other": "Any other kind of work.",
}

# Printed so that a reader recognises them: CHEBI, CDNO and the other OBO prefixes in their preferred capitals, the rest as
# Bioregistry writes them.
CURIE_PATTERNS = {
    "CHEBI": r"CHEBI:\d+",
    "CDNO": r"CDNO:\d{7}",
    "FOODON": r"FOODON:\d{7,8}",
    "GO": r"GO:\d{7}",
    "CL": r"CL:\d{7}",
    "UBERON": r"UBERON:\d{7}",
    "MONDO": r"MONDO:\d{7}",
    "HP": r"HP:\d{7}",
    "NCBITaxon": r"NCBITaxon:\d+",
    "CMO": r"CMO:\d{7}",
    "EFO": r"EFO:\d{7}",
    "OBA": r"OBA:(?:VT)?\d{7}",
    "uniprot": r"uniprot:(?:[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2})",
    "mesh": r"mesh:[CD]\d{6,9}",
    "rxnorm": r"rxnorm:\d+",
    "atc": r"atc:[A-Z](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?",
    "drugbank": r"drugbank:DB\d{5}",
    "drugcentral": r"drugcentral:\d+",
    "ec": r"ec:\d+(?:\.\d+){3}",
    "wikidata": r"wikidata:Q\d+",
    "pubchem.compound": r"pubchem\.compound:\d+",
    "cas": r"cas:\d{2,7}-\d{2}-\d",
    "unii": r"unii:[A-Z0-9]{10}",
    "infoods": r"infoods:[A-Z0-9_-]+",
}
ANY_CURIE = "|".join(CURIE_PATTERNS.values())

UCUM = r"[A-Za-z%\[\]0-9./*^{}_'-]+"
DOI = r"10\.\d{4,9}/[^\sA-Z]+"


def curie(title: str, description: str, prefix: str | None = None) -> Any:
    """An exact match in a registry, as a CURIE; its registry label stands in ``mappings``."""
    pattern = CURIE_PATTERNS[prefix] if prefix else ANY_CURIE
    says = f"a CURIE with prefix {prefix}" if prefix else f"a CURIE with one of the prefixes {', '.join(CURIE_PATTERNS)}"
    return fields.text(title, description, pattern=pattern, says=says,
                       mend="Copy the identifier from the registry's own data, or leave the cell empty.")


def amount_unit(title: str, description: str, *, required: bool = False) -> Any:
    """A UCUM unit."""
    return fields.text(title, description, required=required, pattern=UCUM, says="a UCUM unit such as mg, ug, nmol/L, [IU] or 1",
                       mend="Write the unit in UCUM: ug for µg, [IU] for international units, 1 for a plain number.")


def read_in(*, required: bool = True) -> Any:
    return fields.choice("Read in", "What kind of text the number was read in.", READ_IN, required=required)


def read_at(*, required: bool = True) -> Any:
    return fields.text("Read at", "Address that was opened to read the number.", required=required, pattern=r"https?://\S+",
                       says="an http or https address")


def locator(*, required: bool = True) -> Any:
    return fields.text("Locator", "Where in that text the number stands: table, page or 'abstract'.", required=required)


def read_on(*, required: bool = True) -> Any:
    return fields.date("Read on", "Day on which the number was read.", required=required)
