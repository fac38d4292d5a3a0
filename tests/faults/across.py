"""Faults that show only across rows or tables: groups of intakes, preferred values, parts, works behind rows, derived rows, coverage."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random

from bone_nutrition import schema
from bone_nutrition.designs import CARRIES_OBSERVATIONAL, CARRIES_TRIALS, SYNTHESES
from bone_nutrition.models.reference_intakes import VALUE_TYPE_ROLE
from bone_nutrition.nutrient_tables import NAMED_IN, OF_CORE, counted, named
from bone_nutrition.rules.foods import PARTS_OF_WHOLE
from bone_nutrition.rules.intakes import FORMS_APART, REQUIREMENT_ROLES, SAME_GROUP
from bone_nutrition.rules.works import ACCEPTED, CITED, GUIDANCE_TYPES, NOT_SOUND, SEVERE

from .mutants import Cell, Edit, Kind, Mutant, Row
from .packages import Package

Mutants = Iterator[Mutant]


def _shuffled(items: Sequence, rng: Random) -> list:
    return rng.sample(list(items), len(items))


def _cells(package: Package, table: str, positions: Sequence[int], *columns: str) -> tuple[Cell, ...]:
    return tuple(Cell(table, package.tables[table].key(position), column) for position in positions for column in columns)


def _changed(kind: str, package: Package, table: str, position: int, related: tuple[Cell, ...] = (), **cells: str) -> Mutant:
    key = package.tables[table].key(position)
    row = package.rows(table)[position]
    says = ", ".join(f"{column}: {row[column]!r} becomes {cell!r}" for column, cell in cells.items())
    return Mutant(kind, f"{table} {key} {says}", (Edit(table, {position: cells}),), tuple(Cell(table, key, column) for column in cells), related)


# Reference intakes


def _current(package: Package) -> list[int]:
    return [position for position in package.positions("reference_intakes") if not package.rows("reference_intakes")[position]["superseded_by"]]


def _start(row: Row) -> int:
    return int(row["age_min_months"] or 0)


def _end(row: Row) -> int:
    return int(row["age_max_months"] or 10_000)


def _sexes(row: Row) -> set[str]:
    return {"female", "male"} if row["sex"] == "any" else {row["sex"]}


def _meet(one: Row, other: Row) -> bool:
    return _start(one) < _end(other) and _start(other) < _end(one) and bool(_sexes(one) & _sexes(other))


def _is_requirement(row: Row) -> bool:
    return VALUE_TYPE_ROLE[row["value_type"]] in REQUIREMENT_ROLES


def _groups(package: Package, *columns: str) -> list[list[int]]:
    groups: defaultdict[tuple, list[int]] = defaultdict(list)
    for position in _current(package):
        row = package.rows("reference_intakes")[position]
        groups[tuple(row[column] for column in columns)].append(position)
    return list(groups.values())


def bands_overlap(package: Package, rng: Random) -> Mutants:
    """A band is made to reach into the next one of its group."""
    rows = package.rows("reference_intakes")
    for group in _shuffled(_groups(package, *SAME_GROUP, "value_type", "sex"), rng):
        for position in group:
            follows = [at for at in group if rows[position]["age_max_months"] and rows[at]["age_min_months"] == rows[position]["age_max_months"]
                       and _end(rows[at]) > _end(rows[position]) + 1]
            if follows:
                yield _changed("age bands overlap", package, "reference_intakes", position,
                               _cells(package, "reference_intakes", follows, "age_min_months"),
                               age_max_months=str(_end(rows[position]) + 1))


def holes_in_bands(package: Package, rng: Random) -> Mutants:
    """A month between two bands of requirements is left to nobody."""
    rows = package.rows("reference_intakes")
    for group in _shuffled(_groups(package, "authority", "nutrient_id", "life_stage"), rng):
        if rows[group[0]]["life_stage"] != "general":
            continue
        counted = [at for at in group if _is_requirement(rows[at]) or rows[at]["value_status"] != "set"]
        for position in counted:
            row, start = rows[position], _start(rows[position])
            others = [at for at in counted if at != position]
            covering = [at for at in others if _start(rows[at]) <= start < _end(rows[at]) and _sexes(rows[at]) & _sexes(row)]
            before = [at for at in others if _end(rows[at]) == start and _sexes(rows[at]) >= _sexes(row)]
            after = [at for at in others if _start(rows[at]) > start]
            alone = row["age_min_months"] and start + 1 < _end(row) and not covering
            if alone and _is_requirement(row) and before and _is_requirement(rows[before[0]]):
                related = _cells(package, "reference_intakes", [at for at in after if _start(rows[at]) == start], "age_min_months")
                yield _changed("hole between age bands", package, "reference_intakes", position, related, age_min_months=str(start + 1))


def last_band_closed(package: Package, rng: Random) -> Mutants:
    rows = package.rows("reference_intakes")
    for group in _shuffled(_groups(package, "authority", "nutrient_id", "life_stage"), rng):
        counted = [at for at in group if _is_requirement(rows[at]) or rows[at]["value_status"] != "set"]
        for position in counted:
            row = rows[position]
            open_too = [at for at in counted if at != position and not rows[at]["age_max_months"] and _sexes(rows[at]) & _sexes(row)]
            is_last = row["life_stage"] == "general" and not row["age_max_months"] and not open_too and _start(row) < 1200
            if is_last and _is_requirement(row):
                yield _changed("oldest age band closed", package, "reference_intakes", position, age_max_months="1200")


def _ordered_pairs(package: Package, rng: Random, lower: str, upper: str) -> list[tuple[int, int]]:
    rows = package.rows("reference_intakes")
    pairs = []
    for group in _groups(package, *SAME_GROUP):
        valued = [at for at in group if rows[at]["value"]]
        pairs += [(one, other) for one in valued for other in valued if VALUE_TYPE_ROLE[rows[one]["value_type"]] == lower
                  and VALUE_TYPE_ROLE[rows[other]["value_type"]] == upper and _meet(rows[one], rows[other])]
    return _shuffled(pairs, rng)


def values_out_of_order(kind: str, lower: str, upper: str, factor: str):
    """The lower value is set to the upper one times a factor; the other lower values that meet the same upper one stand."""
    def mutants(package: Package, rng: Random) -> Mutants:
        rows = package.rows("reference_intakes")
        for one, other in _ordered_pairs(package, rng, lower, upper):
            may_be_equal = rows[other]["is_increment"] == "true" and factor == "1"
            if Decimal(rows[other]["value"]) > 0 and not may_be_equal:
                value = f"{Decimal(rows[other]['value']) * Decimal(factor):f}"
                yield _changed(kind, package, "reference_intakes", one, _cells(package, "reference_intakes", [other], "value"), value=value)
    return mutants


def _has_peer(rows: Sequence[Row], peers: Sequence[int], position: int) -> bool:
    row = rows[position]
    return any(rows[at]["authority"] != row["authority"] and _meet(rows[at], row) and Decimal(rows[at]["value"]) > 0 for at in peers)


def _comparable(package: Package, rng: Random) -> list[int]:
    """Amounts by mass that at least one other authority sets for some of the same people."""
    rows = package.rows("reference_intakes")
    usable = [at for at in _current(package) if rows[at]["value"] and Decimal(rows[at]["value"]) > 0 and rows[at]["unit"] in ("ug", "mg", "g")
              and rows[at]["is_increment"] == "false" and rows[at]["basis"] not in FORMS_APART]
    groups: defaultdict[tuple, list[int]] = defaultdict(list)
    for at in usable:
        role = VALUE_TYPE_ROLE[rows[at]["value_type"]]
        groups[rows[at]["nutrient_id"], "requirement" if role in REQUIREMENT_ROLES else role, rows[at]["per"], rows[at]["life_stage"]].append(at)
    return _shuffled([at for group in groups.values() for at in group if _has_peer(rows, group, at)], rng)


def thousandfold(package: Package, rng: Random) -> Mutants:
    rows = package.rows("reference_intakes")
    for position in _comparable(package, rng):
        value = Decimal(rows[position]["value"])
        yield _changed("intake a thousand times off", package, "reference_intakes", position,
                       value=f"{rng.choice((value * 1000, value / 1000)):f}")


def unit_of_intake(package: Package, rng: Random) -> Mutants:
    rows = package.rows("reference_intakes")
    for position in _comparable(package, rng):
        unit = rows[position]["unit"]
        yield _changed("unit of an intake a thousand times off", package, "reference_intakes", position,
                       _cells(package, "reference_intakes", [position], "value"),
                       unit={"ug": "mg", "mg": rng.choice(("ug", "g")), "g": "mg"}[unit])


# Food values


def _pairs(package: Package) -> dict[tuple[str, str], list[int]]:
    pairs: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for position, row in enumerate(package.rows("food_sources")):
        pairs[row["food_id"], row["nutrient_id"]].append(position)
    return pairs


def none_preferred(package: Package, rng: Random) -> Mutants:
    for positions in _shuffled(list(_pairs(package).values()), rng):
        (preferred,) = [at for at in positions if package.rows("food_sources")[at]["is_preferred"] == "true"]
        yield _changed("no value preferred", package, "food_sources", preferred, _cells(package, "food_sources", positions, "is_preferred"),
                       is_preferred="false")


def two_preferred(package: Package, rng: Random) -> Mutants:
    for positions in _shuffled(list(_pairs(package).values()), rng):
        for at in positions:
            if package.rows("food_sources")[at]["is_preferred"] == "false":
                yield _changed("two values preferred", package, "food_sources", at, _cells(package, "food_sources", positions, "is_preferred"),
                               is_preferred="true")


def another_preferred(package: Package, rng: Random) -> Mutants:
    """One value is preferred, but not the one that the ranking gives."""
    for positions in _shuffled([positions for positions in _pairs(package).values() if len(positions) > 1], rng):
        flags = {at: package.rows("food_sources")[at]["is_preferred"] for at in positions}
        preferred = next(at for at in positions if flags[at] == "true")
        other = rng.choice([at for at in positions if at != preferred])
        cells = _cells(package, "food_sources", (preferred, other), "is_preferred")
        yield Mutant("another value preferred", f"{cells[0].key}: {cells[1].key} is preferred instead",
                     (Edit("food_sources", {preferred: {"is_preferred": "false"}, other: {"is_preferred": "true"}}),), cells)


def parts_above_whole(package: Package, rng: Random) -> Mutants:
    rows, position = package.rows("food_sources"), package.tables["food_sources"].position if "food_sources" in package else {}
    wholes = [(at, parts) for parts, whole in PARTS_OF_WHOLE for at in package.positions("food_sources") if rows[at]["nutrient_id"] == whole
              and rows[at]["amount"]]
    for at, parts in _shuffled(wholes, rng):
        food, _, citation = package.tables["food_sources"].key(at).split("/")
        there = [found for part in parts if (found := position.get(f"{food}/{part}/{citation}")) is not None and rows[found]["amount"]
                 and not rows[found]["amount_max"]
                 and rows[found]["value_status"] not in ("measured-zero", "assumed-zero") and Decimal(rows[found]["amount"]) > 0]
        if there:
            amount = Decimal(rows[at]["amount"]) * 2 + 7
            yield _changed("part above the whole", package, "food_sources", there[0], _cells(package, "food_sources", [at], "amount"),
                           amount=f"{amount:f}")


# Works behind rows


def _links(package: Package, link_table: str, key: str) -> dict[str, list[int]]:
    links: defaultdict[str, list[int]] = defaultdict(list)
    for position, row in enumerate(package.rows(link_table)):
        links[row[key]].append(position)
    return links


def _works(package: Package) -> dict[str, Row]:
    return {row["citation_id"]: row for row in package.rows("citations")}


def _cited_rows(package: Package, rng: Random) -> list[tuple[str, str, str, int, list[int]]]:
    """(table, its links, its key, position, positions of its links)"""
    found = []
    for table, link_table, key in CITED:
        links = _links(package, link_table, key)
        found += [(table, link_table, key, position, links[package.rows(table)[position][key]]) for position in package.positions(table)]
    return _shuffled(found, rng)


def support_removed(package: Package, rng: Random) -> Mutants:
    for table, link_table, key, position, links in _cited_rows(package, rng):
        if links:
            yield Mutant("no work behind a row", f"{table} {package.tables[table].key(position)} loses its works",
                         (Edit(link_table, delete=frozenset(links)),),
                         _cells(package, table, [position], key))


def support_turned(package: Package, rng: Random) -> Mutants:
    for table, link_table, key, position, links in _cited_rows(package, rng):
        stances = {at: package.rows(link_table)[at]["stance"] for at in links}
        if links and package.rows(table)[position]["status"] in ACCEPTED:
            yield Mutant("works only in the background", f"{table} {package.tables[table].key(position)}: its works become background",
                         (Edit(link_table, {at: {"stance": "background"} for at in links}),), _cells(package, link_table, list(stances), "stance"),
                         _cells(package, table, [position], key))


def basis_without_work(basis: str, carries: Sequence[str]):
    def mutants(package: Package, rng: Random) -> Mutants:
        works = _works(package)
        for table, link_table, _, position, links in _cited_rows(package, rng):
            designs = {works[package.rows(link_table)[at]["citation_id"]]["study_design"] for at in links}
            if package.rows(table)[position]["evidence_basis"] != basis and not designs & set(carries):
                yield _changed(f"basis {basis} without such a work", package, table, position, evidence_basis=basis)
    return mutants


def unsound_support(status: str):
    """The works that support an accepted row turn out unsound."""
    def mutants(package: Package, rng: Random) -> Mutants:
        works, where = _works(package), package.tables["citations"].position if "citations" in package else {}
        for table, link_table, _, position, links in _cited_rows(package, rng):
            supports = {package.rows(link_table)[at]["citation_id"] for at in links if package.rows(link_table)[at]["stance"] == "supports"}
            sound = [name for name in supports if works[name]["publication_status"] not in NOT_SOUND]
            if package.rows(table)[position]["status"] in ACCEPTED and len(sound) == 1:
                checked = {"status_checked_on": "2026-01-31", "status_source": "a list"} if status != "not-checked" else {}
                at = where[sound[0]]
                mutant = _changed(f"only support {status}", package, "citations", at, _cells(package, table, [position], "status"),
                                  publication_status=status, **checked)
                yield mutant
    return mutants


def severe_without_guidance(package: Package, rng: Random) -> Mutants:
    works, links = _works(package), _links(package, "interaction_citations", "interaction_id")
    for position in _shuffled(package.positions("interactions"), rng):
        row = package.rows("interactions")[position]
        cited = [works[package.rows("interaction_citations")[at]["citation_id"]] for at in links[row["interaction_id"]]]
        if row["severity"] not in SEVERE and not any(work["type"] in GUIDANCE_TYPES or work["study_design"] == "guideline" for work in cited):
            yield _changed("severity without guidance", package, "interactions", position, severity=rng.choice(SEVERE),
                           management="label: keep apart.")


def lists_that_do_not_fit(package: Package, rng: Random) -> Mutants:
    listed = {row["synthesis_id"] for row in package.rows("synthesis_studies")}
    for position in _shuffled(package.positions("citations") if listed else [], rng):
        row = package.rows("citations")[position]
        if row["study_design"] in SYNTHESES:
            wrong = "none" if row["citation_id"] in listed else rng.choice(("complete", "partial"))
            yield _changed("list of studies does not fit", package, "citations", position, study_list=wrong)


def studies_of_no_synthesis(package: Package, rng: Random) -> Mutants:
    others = [row["citation_id"] for row in package.rows("citations") if row["study_design"] not in SYNTHESES and not row["study_list"]]
    for position in _shuffled(package.positions("synthesis_studies"), rng):
        other = rng.choice(others)
        row = package.rows("synthesis_studies")[position]
        moved = "/".join((other, row["study_id"], row["contribution"]))
        if moved in package.tables["synthesis_studies"].position:
            continue
        key = package.tables["synthesis_studies"].key(position)
        yield Mutant("studies of no synthesis", f"synthesis_studies {key}: synthesis_id becomes {other}",
                     (Edit("synthesis_studies", {position: {"synthesis_id": other}}),),
                     (Cell("synthesis_studies", moved, "synthesis_id"),))


def incomplete_lists_called_complete(package: Package, rng: Random) -> Mutants:
    pooled: defaultdict[str, int] = defaultdict(int)
    for row in package.rows("effect_estimates"):
        pooled[row["citation_id"]] = max(pooled[row["citation_id"]], int(row["n_studies"] or 0))
    held = Counter(synthesis for synthesis, _ in {(row["synthesis_id"], row["study_id"]) for row in package.rows("synthesis_studies")})
    for position in _shuffled(package.positions("citations"), rng):
        row = package.rows("citations")[position]
        if row["study_list"] == "partial" and held[row["citation_id"]] < pooled[row["citation_id"]]:
            yield _changed("incomplete list called complete", package, "citations", position, study_list="complete")


def rows_of_a_study_not_told_apart(package: Package, rng: Random) -> Mutants:
    times = Counter((row["synthesis_id"], row["study_id"]) for row in package.rows("synthesis_studies"))
    for position in _shuffled(package.positions("synthesis_studies"), rng):
        row = package.rows("synthesis_studies")[position]
        if times[row["synthesis_id"], row["study_id"]] > 1:
            yield Mutant("rows of a study not told apart", f"synthesis_studies {package.tables['synthesis_studies'].key(position)}: contribution becomes any",
                         (Edit("synthesis_studies", {position: {"contribution": "any"}}),),
                         (Cell("synthesis_studies", "/".join((row["synthesis_id"], row["study_id"], "any")), "contribution"),))


def results_of_another_synthesis(package: Package, rng: Random) -> Mutants:
    for position in _shuffled(package.positions("synthesis_studies"), rng):
        synthesis = package.rows("synthesis_studies")[position]["synthesis_id"]
        others = [row["effect_id"] for row in package.rows("effect_estimates") if row["citation_id"] != synthesis]
        yield _changed("result of another synthesis", package, "synthesis_studies", position, effect_id=rng.choice(others))


def works_twice(package: Package, rng: Random) -> Mutants:
    """A work stands again under another id, with its title and year and without its numbers; a row cites it."""
    linked = [(table, column) for table in package.tables for column in ("citation_id",) if column in schema.references(table)
              and table not in ("citations", "exceptions")
              and column not in schema.primary_key(table) and package.rows(table)]
    for position in _shuffled(package.positions("citations"), rng):
        row = package.rows("citations")[position]
        if not linked or row["verification"] == "identifier-seen" or not row["year"]:
            continue
        table, column = rng.choice(linked)
        twin = {**row, "citation_id": f"x-{row['citation_id']}", "doi": "", "pmid": "", "pmcid": "", "title": row["title"].rstrip(".").upper()}
        at = rng.choice(package.positions(table))
        yield Mutant("work twice", f"citations {row['citation_id']} stands again as {twin['citation_id']}",
                     (Edit("citations", insert=(twin,)), Edit(table, {at: {column: twin["citation_id"]}})),
                     (Cell("citations", twin["citation_id"], "title"),), _cells(package, "citations", [position], "title"))


def effect_of_another_question(package: Package, rng: Random) -> Mutants:
    questions = package.rows("questions")
    for position in _shuffled(package.positions("effect_estimates"), rng):
        row = package.rows("effect_estimates")[position]
        others = [question["question_id"] for question in questions if question["outcome_id"] != row["outcome_id"]
                  and question["exposure_id"] != row["exposure_id"]]
        if others:
            yield _changed("effect under another question", package, "effect_estimates", position,
                           _cells(package, "effect_estimates", [position], "exposure_id", "outcome_id"),
                           question_id=rng.choice(others))


# Derived rows


def summaries_stale(package: Package, rng: Random) -> Mutants:
    columns = [(name, metadata) for name, metadata in schema.columns("evidence_summaries").items() if name != "question_id"]
    effects = package.rows("effect_estimates")
    for position in _shuffled(package.positions("evidence_summaries"), rng):
        name, metadata = rng.choice(columns)
        cell = package.rows("evidence_summaries")[position][name]
        if "enum" in metadata:
            wrong = rng.choice([value for value in metadata["enum"] if value != cell])
        elif metadata.get("references"):
            wrong = rng.choice([row["effect_id"] for row in effects if row["effect_id"] != cell])
        else:
            wrong = str(int(cell or 0) + 1)
        yield _changed("summary stale", package, "evidence_summaries", position, **{name: wrong})


def summaries_missing(package: Package, rng: Random) -> Mutants:
    for position in _shuffled(package.positions("evidence_summaries"), rng):
        key = package.tables["evidence_summaries"].key(position)
        yield Mutant("summary missing", f"evidence_summaries {key} is deleted", (Edit("evidence_summaries", delete=frozenset({position})),),
                     (Cell("questions", key, "question_id"),))


def summary_not_redone(package: Package, rng: Random) -> Mutants:
    """An effect that counts changes sides; the summary of its question does not follow."""
    for position in _shuffled(package.positions("effect_estimates"), rng):
        row = package.rows("effect_estimates")[position]
        summary = package.tables["evidence_summaries"].position.get(row["question_id"]) if "evidence_summaries" in package else None
        if summary is None or package.rows("evidence_summaries")[summary]["leading_effect_id"] != row["effect_id"]:
            continue
        columns = ("leading_effect_id", "support", "n_syntheses", "n_trials", "n_participants", "consistency", "n_observational")
        yield _changed("summary not made anew", package, "effect_estimates", position, _cells(package, "evidence_summaries", [summary], *columns),
                       analysis="subgroup")


def affected_stale(package: Package, rng: Random) -> Mutants:
    for position in _shuffled(package.positions("citations"), rng):
        row = package.rows("citations")[position]
        if row["study_design"] in SYNTHESES:
            others = [value for value in schema.columns("citations")["affected_by_retraction"]["enum"] if value != row["affected_by_retraction"]]
            yield _changed("affected by retraction, stale", package, "citations", position, affected_by_retraction=rng.choice([*others, ""]))


def retraction_not_passed_on(package: Package, rng: Random) -> Mutants:
    """A pooled study is retracted; the syntheses that pooled it do not follow."""
    where = package.tables["citations"].position if "citations" in package else {}
    pooled: defaultdict[str, list[int]] = defaultdict(list)
    for row in package.rows("synthesis_studies"):
        if package.rows("citations")[where[row["synthesis_id"]]]["affected_by_retraction"] != "yes":
            pooled[row["study_id"]].append(where[row["synthesis_id"]])
    for study, syntheses in _shuffled(sorted(pooled.items()), rng):
        yield _changed("retraction not passed on", package, "citations", where[study],
                       _cells(package, "citations", syntheses, "affected_by_retraction"),
                       publication_status="retracted", status_checked_on="2026-01-31", status_source="a list")


def nutrient_entities_stale(package: Package, rng: Random) -> Mutants:
    for position in _shuffled([at for at, row in enumerate(package.rows("entities")) if row["type"] == "nutrient"], rng):
        column = rng.choice(("label", "description", "synonyms"))
        yield _changed("entity of a nutrient stale", package, "entities", position,
                       **{column: f"{package.rows('entities')[position][column]} stale".strip()})


def nutrient_entities_extra(package: Package, rng: Random) -> Mutants:
    for position in _shuffled([at for at, row in enumerate(package.rows("entities")) if row["type"] == "nutrient"], rng):
        row = package.rows("entities")[position]
        extra = {**row, "entity_id": f"{row['entity_id']}-again", "curie": ""}
        yield Mutant("entity of no nutrient", f"entities {extra['entity_id']} is of type nutrient and no nutrient",
                     (Edit("entities", insert=(extra,)),),
                     (Cell("entities", extra["entity_id"], "entity_id"),), (Cell("entities", extra["entity_id"], "type"),))


# Claims


def _claims(package: Package, rng: Random) -> list[tuple[int, list[int], list[int]]]:
    works, links = _links(package, "claim_citations", "claim_id"), _links(package, "claim_links", "claim_id")
    return _shuffled([(position, works[key], links[key]) for key,
                      position in (package.tables["claims"].position if "claims" in package else {}).items()], rng)


def claim_without_place(package: Package, rng: Random) -> Mutants:
    for position in _shuffled(range(len(package.rows("claims"))), rng):
        claim = package.rows("claims")[position]["claim_id"]
        places = frozenset(at for at, place in enumerate(package.rows("claim_occurrences")) if place["claim_id"] == claim)
        if 0 < len(places) < len(package.rows("claim_occurrences")):
            yield Mutant("claim without place", f"claims {claim} loses its places", (Edit("claim_occurrences", delete=places),),
                         _cells(package, "claims", [position], "claim_id"))


def verdict_without_work(package: Package, rng: Random) -> Mutants:
    for position, works, links in _claims(package, rng):
        rests = frozenset(at for at in links if package.rows("claim_links")[at]["relation"] == "rests-on")
        if package.rows("claims")[position]["verdict"] == "not-assessable" or not (works or rests):
            continue
        edits = [Edit(table, delete=gone) for table, gone in (("claim_citations", frozenset(works)), ("claim_links", rests)) if gone]
        yield Mutant("verdict without work", f"claims {package.tables['claims'].key(position)} loses what it rests on", tuple(edits),
                     _cells(package, "claims", [position], "verdict"))


def verdict_turned(package: Package, rng: Random) -> Mutants:
    for position, works, links in _claims(package, rng):
        stances = {package.rows("claim_citations")[at]["stance"] for at in works}
        rests = any(package.rows("claim_links")[at]["relation"] == "rests-on" for at in links)
        for verdict, stance in (("supported", "supports"), ("incorrect", "disputes")):
            if stances and stance not in stances and not rests:
                yield _changed("verdict against its works", package, "claims", position, verdict=verdict)


def supported_by_unsound(package: Package, rng: Random) -> Mutants:
    works, where = _works(package), package.tables["citations"].position if "citations" in package else {}
    for position, links, _ in _claims(package, rng):
        supports = {row["citation_id"] for at in links if (row := package.rows("claim_citations")[at])["stance"] == "supports"}
        sound = [name for name in supports if works[name]["publication_status"] not in NOT_SOUND]
        if package.rows("claims")[position]["verdict"] == "supported" and len(sound) == 1:
            yield _changed("claim on retracted work", package, "citations", where[sound[0]], _cells(package, "claims", [position], "verdict"),
                           publication_status="retracted", status_checked_on="2026-01-31", status_source="a list")


def contradiction_one_sided(package: Package, rng: Random) -> Mutants:
    position = package.tables["claim_links"].position if "claim_links" in package else {}
    for at, row in _shuffled(list(enumerate(package.rows("claim_links"))), rng):
        back = position.get(f"{row['other_id'].removeprefix('claims:')}/contradicts/claims:{row['claim_id']}")
        if row["relation"] == "contradicts" and back is not None:
            yield Mutant("contradiction of one side", f"claim_links {package.tables['claim_links'].key(back)} is deleted",
                         (Edit("claim_links", delete=frozenset({back})),),
                         _cells(package, "claim_links", [at], "other_id"))


def link_to_nothing(package: Package, rng: Random) -> Mutants:
    for at in _shuffled(package.positions("claim_links"), rng):
        row = package.rows("claim_links")[at]
        other = row["other_id"].replace(":", ":x-", 1)
        yield Mutant("link to no row", f"claim_links {package.tables['claim_links'].key(at)}: other_id becomes {other}",
                     (Edit("claim_links", {at: {"other_id": other}}),),
                     (Cell("claim_links", f"{row['claim_id']}/{row['relation']}/{other}", "other_id"),))


# The package about itself


def exceptions_stale(package: Package, rng: Random) -> Mutants:
    """An exception for a cell in which its rule holds."""
    for table in _shuffled(list(package.tables), rng):
        position = rng.choice(package.positions(table)) if "exceptions" in package and package.positions(table) else None
        if position is None:
            continue
        column = rng.choice(list(schema.columns(table)))
        row = {"rule_id": rng.choice(("type", "foreign-key", "no-such-rule")), "table": table, "row_id": package.tables[table].key(position),
               "column": column,
               "reason": "None.", "citation_id": ""}
        yield Mutant("exception that meets no fault", f"exceptions gains {schema.row_key('exceptions', row)}", (Edit("exceptions", insert=(row,)),),
                     (Cell("exceptions", schema.row_key("exceptions", row), "rule_id"),))


def exceptions_missing(package: Package, rng: Random) -> Mutants:
    for position in _shuffled(range(len(package.rows("exceptions"))), rng):
        row = package.rows("exceptions")[position]
        rest = len(package.rows("exceptions")) - 1
        if rest:
            yield Mutant("exception deleted", f"exceptions {package.tables['exceptions'].key(position)} is deleted",
                         (Edit("exceptions", delete=frozenset({position})),),
                         (Cell(row["table"], row["row_id"], row["column"]),))


def _covered(package: Package, table: str) -> set[str]:
    return {name for row in counted(table, package.rows(table)) for name in named(table, row)}


def core_uncovered(package: Package, rng: Random) -> Mutants:
    """A nutrient of which some table has nothing is called core."""
    for table in OF_CORE:
        covered = _covered(package, table)
        lacking = [at for at, row in enumerate(package.rows("nutrients")) if row["nutrient_id"] not in covered
                   and row["bone_relevance"] != "core"] if covered else []
        for position in rng.sample(lacking, min(8, len(lacking))):
            yield _changed("core nutrient uncovered", package, "nutrients", position, bone_relevance="core")


def core_rows_deleted(package: Package, rng: Random) -> Mutants:
    """All functions of a core nutrient go, with their works."""
    where = package.tables["nutrients"].position if "nutrients" in package else {}
    for row in _shuffled(package.rows("nutrients"), rng):
        gone = [at for at, function in enumerate(package.rows("functions")) if function["nutrient_id"] == row["nutrient_id"]]
        if row["bone_relevance"] == "core" and gone:
            functions = {package.rows("functions")[at]["function_id"] for at in gone}
            links = [at for at, link in enumerate(package.rows("function_citations")) if link["function_id"] in functions]
            yield Mutant("rows of a core nutrient deleted", f"functions of {row['nutrient_id']} are deleted",
                         (Edit("functions", delete=frozenset(gone)), Edit("function_citations", delete=frozenset(links))),
                         _cells(package, "nutrients", [where[row["nutrient_id"]]], "bone_relevance"))


def gaps_deleted(package: Package, rng: Random) -> Mutants:
    where = package.tables["nutrients"].position if "nutrients" in package else {}
    for position in _shuffled(range(len(package.rows("gaps"))), rng):
        gap = package.rows("gaps")[position]
        if gap["table"] in NAMED_IN and gap["table"] in package and len(package.rows("gaps")) > 1:
            yield Mutant("gap deleted", f"gaps {package.tables['gaps'].key(position)} is deleted", (Edit("gaps", delete=frozenset({position})),),
                         _cells(package, "nutrients", [where[gap["nutrient_id"]]], "nutrient_id"))


def core_gaps_not_searched(package: Package, rng: Random) -> Mutants:
    relevance = {row["nutrient_id"]: row["bone_relevance"] for row in package.rows("nutrients")}
    where = package.tables["nutrients"].position if "nutrients" in package else {}
    for position in _shuffled(range(len(package.rows("gaps"))), rng):
        gap = package.rows("gaps")[position]
        if relevance[gap["nutrient_id"]] == "core" and gap["table"] in OF_CORE and gap["table"] in package:
            yield _changed("gap of a core nutrient not searched", package, "gaps", position,
                           _cells(package, "nutrients", [where[gap["nutrient_id"]]], "bone_relevance"), reason="not-searched", searched_on="")


def gaps_filled(package: Package, rng: Random) -> Mutants:
    for table in NAMED_IN:
        nutrients = sorted(_covered(package, table) & {row["nutrient_id"] for row in package.rows("nutrients")})
        for nutrient in rng.sample(nutrients, min(5, len(nutrients))) if "gaps" in package else ():
            row = {"nutrient_id": nutrient, "table": table, "reason": "not-searched", "searched_on": "", "note": ""}
            yield Mutant("gap that is filled", f"gaps gains {nutrient}/{table}", (Edit("gaps", insert=(row,)),),
                         (Cell("gaps", f"{nutrient}/{table}", "table"),))


def gaps_of_no_table(package: Package, rng: Random) -> Mutants:
    for position in _shuffled(package.positions("gaps"), rng):
        row = package.rows("gaps")[position]
        yield Mutant("gap of no table", f"gaps {package.tables['gaps'].key(position)}: table becomes no_such_table",
                     (Edit("gaps", insert=({**row, "table": "no_such_table"},)),), (Cell("gaps", f"{row['nutrient_id']}/no_such_table", "table"),))


KINDS = (
    Kind("age bands overlap", ("intake-overlap",), bands_overlap),
    Kind("hole between age bands", ("intake-hole",), holes_in_bands),
    Kind("oldest age band closed", ("intake-hole",), last_band_closed),
    Kind("average requirement not below recommended", ("intake-order",),
         values_out_of_order("average requirement not below recommended", "average-requirement", "recommended", "1")),
    Kind("recommended above the upper level", ("intake-order",),
         values_out_of_order("recommended above the upper level", "recommended", "upper-level", "1.1")),
    Kind("adequate above the upper level", ("intake-order",),
         values_out_of_order("adequate above the upper level", "adequate", "upper-level", "1.1")),
    Kind("intake a thousand times off", ("intake-far-off",), thousandfold),
    Kind("unit of an intake a thousand times off", ("intake-far-off",), unit_of_intake),
    Kind("no value preferred", ("food-one-preferred",), none_preferred),
    Kind("two values preferred", ("food-one-preferred",), two_preferred),
    Kind("another value preferred", ("preferred-derived",), another_preferred),
    Kind("part above the whole", ("food-parts",), parts_above_whole),
    Kind("no work behind a row", ("row-cited",), support_removed),
    Kind("works only in the background", ("row-cited",), support_turned),
    Kind("basis human-trials without such a work", ("trials-carry",), basis_without_work("human-trials", CARRIES_TRIALS)),
    Kind("basis human-observational without such a work", ("observational-carries",),
         basis_without_work("human-observational", CARRIES_OBSERVATIONAL)),
    Kind("only support retracted", ("sound-support",), unsound_support("retracted")),
    Kind("only support withdrawn", ("sound-support",), unsound_support("withdrawn")),
    Kind("only support not checked", ("sound-support",), unsound_support("not-checked")),
    Kind("severity without guidance", ("severe-has-guidance",), severe_without_guidance),
    Kind("list of studies does not fit", ("synthesis-listed",), lists_that_do_not_fit),
    Kind("studies of no synthesis", ("synthesis-listed",), studies_of_no_synthesis),
    Kind("incomplete list called complete", ("synthesis-complete",), incomplete_lists_called_complete),
    Kind("rows of a study not told apart", ("synthesis-contribution",), rows_of_a_study_not_told_apart),
    Kind("result of another synthesis", ("synthesis-result",), results_of_another_synthesis),
    Kind("work twice", ("work-unique",), works_twice),
    Kind("effect under another question", ("effect-question",), effect_of_another_question),
    Kind("summary stale", ("summary-derived",), summaries_stale),
    Kind("summary missing", ("summary-derived",), summaries_missing),
    Kind("summary not made anew", ("summary-derived",), summary_not_redone),
    Kind("affected by retraction, stale", ("affected-derived",), affected_stale),
    Kind("retraction not passed on", ("affected-derived",), retraction_not_passed_on),
    Kind("entity of a nutrient stale", ("nutrient-entity-derived",), nutrient_entities_stale),
    Kind("entity of no nutrient", ("nutrient-entity-derived",), nutrient_entities_extra),
    Kind("claim without place", ("claim-placed",), claim_without_place),
    Kind("verdict without work", ("claim-cited",), verdict_without_work),
    Kind("verdict against its works", ("claim-cited",), verdict_turned),
    Kind("claim on retracted work", ("sound-support",), supported_by_unsound),
    Kind("contradiction of one side", ("contradiction-mutual",), contradiction_one_sided),
    Kind("link to no row", ("claim-link-target",), link_to_nothing),
    Kind("exception that meets no fault", ("exception-stale",), exceptions_stale),
    Kind("exception deleted", (), exceptions_missing),
    Kind("core nutrient uncovered", ("core-covered",), core_uncovered),
    Kind("rows of a core nutrient deleted", ("core-covered",), core_rows_deleted),
    Kind("gap deleted", ("gap-missing",), gaps_deleted),
    Kind("gap of a core nutrient not searched", ("core-covered",), core_gaps_not_searched),
    Kind("gap that is filled", ("gap-stale",), gaps_filled),
    Kind("gap of no table", ("gap-table",), gaps_of_no_table),
)
