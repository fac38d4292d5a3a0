"""The tables of the package, one Pandera model per file, in the order of the data dictionary."""

from __future__ import annotations

# alphabetical
from .articles import Articles
from .bioavailability import Bioavailability
from .biomarker_thresholds import BiomarkerThresholds
from .citations import Citations
from .claim_citations import ClaimCitations
from .claim_links import ClaimLinks
from .claim_occurrences import ClaimOccurrences
from .claims import Claims
from .conversions import Conversions
from .derivations import Derivations
from .effect_estimates import EffectEstimates
from .entities import Entities
from .evidence_summaries import EvidenceSummaries
from .exceptions import Exceptions
from .fields import Table
from .food_sources import FoodSources
from .foods import Foods
from .forms import Forms
from .function_citations import FunctionCitations
from .functions import Functions
from .gaps import Gaps
from .interaction_citations import InteractionCitations
from .interactions import Interactions
from .mappings import Mappings
from .nutrient_fdc_ids import NutrientFdcIds
from .nutrients import Nutrients
from .outcomes import Outcomes
from .questions import Questions
from .reference_intakes import ReferenceIntakes
from .regulatory_claims import RegulatoryClaims
from .retirements import Retirements
from .synthesis_studies import SynthesisStudies

GROUPS: dict[str, dict[str, type[Table]]] = {
    "Things": {
        "nutrients": Nutrients,
        "nutrient_fdc_ids": NutrientFdcIds,
        "forms": Forms,
        "conversions": Conversions,
        "entities": Entities,
        "outcomes": Outcomes,
        "mappings": Mappings,
    },
    "Food": {
        "foods": Foods,
        "food_sources": FoodSources,
        "derivations": Derivations,
        "bioavailability": Bioavailability,
    },
    "Requirements": {
        "reference_intakes": ReferenceIntakes,
        "biomarker_thresholds": BiomarkerThresholds,
        "regulatory_claims": RegulatoryClaims,
    },
    "What nutrients do": {
        "functions": Functions,
        "function_citations": FunctionCitations,
        "interactions": Interactions,
        "interaction_citations": InteractionCitations,
    },
    "Evidence": {
        "questions": Questions,
        "effect_estimates": EffectEstimates,
        "synthesis_studies": SynthesisStudies,
        "evidence_summaries": EvidenceSummaries,
    },
    "Articles": {
        "articles": Articles,
        "claims": Claims,
        "claim_occurrences": ClaimOccurrences,
        "claim_links": ClaimLinks,
        "claim_citations": ClaimCitations,
    },
    "Works": {"citations": Citations},
    "About the package itself": {"exceptions": Exceptions, "gaps": Gaps, "retirements": Retirements},
}

MODELS: dict[str, type[Table]] = {name: model for group in GROUPS.values() for name, model in group.items()}
