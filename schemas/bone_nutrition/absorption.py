"""The share of calcium absorbed from one meal, as a function of the load.

    >>> from bone_nutrition import absorption
    >>> round(absorption.calcium_fraction(300), 3)
    0.339

Heaney and others (citation ``heaney-1990``) gave healthy women loads of 15 to 500 mg calcium with a meal: the share absorbed fell with the logarithm of
the load. The line used here is that of milk, fraction = 0.889 - 0.0964 ln(load in mg), as printed below Table 1 of doi:10.1007/s11914-017-0368-x
(https://pmc.ncbi.nlm.nih.gov/articles/PMC5442193/table/Tab1).
"""

from __future__ import annotations

import math

INTERCEPT = 0.889
SLOPE = -0.0964
LEAST_LOAD_MG = 15
GREATEST_LOAD_MG = 500


def calcium_fraction(load_mg: float) -> float:
    """Expected fractional absorption of the calcium of milk, between 0 and 1, for one load.

    ``load_mg`` is one number: the milligrams of elemental calcium of one meal, not of one day. The result is one number without unit, a mean of healthy
    adult women; times the load it is the milligrams absorbed. Another food is set beside milk by the ratio of its row in ``bioavailability`` to this value
    at that row's load.

    Raises ValueError for a load outside the 15 to 500 mg that were measured, NaN included, and TypeError for what is not a number.
    """
    if not LEAST_LOAD_MG <= load_mg <= GREATEST_LOAD_MG:
        raise ValueError(f"load_mg is between {LEAST_LOAD_MG} and {GREATEST_LOAD_MG}, the loads that were measured, not {load_mg!r}")
    return INTERCEPT + SLOPE * math.log(load_mg)
