"""Works behind rows: of the right kind, at least one, sound, and syntheses listed with what they pooled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pandas as pd

from ..designs import CARRIES_OBSERVATIONAL, CARRIES_TRIALS, SYNTHESES
from ..faults import Fault
from ..models.citations import UNSOUND
from ..table_data import TableData
from .declare import Rule, Tables

# (table, its citations, its key)
CITED = (
    ("functions", "function_citations", "function_id"),
    ("interactions", "interaction_citations", "interaction_id"),
)
CARRIES = (
    ("trials-carry", "human-trials", CARRIES_TRIALS, "a trial or a synthesis of trials"),
    ("observational-carries", "human-observational", CARRIES_OBSERVATIONAL, "a cohort, case-control or cross-sectional work or a synthesis of them"),
)
# What does not stand may be carried by what speaks against it.
DOUBTFUL = ("disputed", "refuted")
ACCEPTED = ("established", "probable")
GUIDANCE_TYPES = ("web-page", "report", "guideline", "regulation")
SEVERE = ("moderate", "major")
# A work that nobody looked up does not count as sound.
NOT_SOUND = (*UNSOUND, "not-checked")
SUPPORTED = ("supported", "supported-with-caveats")
UNSOUND_REASON = "every supporting work is retracted, withdrawn or not checked"
SOUND_MEND = "Look publication_status up in citations, cite a sound work in data/{}.csv, or change the judgement."


@lru_cache(maxsize=len(CITED) + 1)
def _links(data: TableData, citations: TableData, key: str) -> pd.DataFrame:
    """The works cited by each row, with what citations says of them."""
    works = citations.text[["citation_id", "type", "study_design", "publication_status"]].drop_duplicates("citation_id")
    return data.text[[key, "citation_id", "stance"]].merge(works, on="citation_id")


@lru_cache(maxsize=len(CITED))
def _carriers(data: TableData, links: TableData, citations: TableData, key: str) -> pd.DataFrame:
    """Links that carry a row: supporting ones, and for disputed or refuted rows disputing ones too."""
    of_rows = _links(links, citations, key).merge(data.text[[key, "status"]].drop_duplicates(key), on=key)
    return of_rows[of_rows["stance"].eq("supports") | (of_rows["stance"].eq("disputes") & of_rows["status"].isin(DOUBTFUL))]


def row_is_cited(table: str, link_table: str, key: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[table]
        bare = ~data.text[key].isin(_carriers(data, tables[link_table], tables["citations"], key)[key])
        doubtful = data.text["status"].isin(DOUBTFUL)
        mend = f"Add a row to data/{link_table}.csv with the stance."
        yield from data.faults_where(bare & ~doubtful, "row-cited", key, f"no work in {link_table} supports the row", mend)
        yield from data.faults_where(bare & doubtful, "row-cited", key, f"no work in {link_table} supports or disputes the row", mend)
    return check


def basis_is_carried(rule_id: str, basis: str, designs: tuple[str, ...], says: str, table: str, link_table: str, key: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[table]
        carriers = _carriers(data, tables[link_table], tables["citations"], key)
        carried = data.text[key].isin(carriers.loc[carriers["study_design"].isin(designs), key])
        wrong = data.text["evidence_basis"].eq(basis) & ~carried
        yield from data.faults_where(wrong, rule_id, "evidence_basis", f"no work that carries the row is {says}",
                                     f"Cite one in data/{link_table}.csv, or lower evidence_basis.")
    return check


def severe_has_guidance(tables: Tables) -> Iterator[Fault]:
    data = tables["interactions"]
    links = _links(tables["interaction_citations"], tables["citations"], "interaction_id")
    is_guidance = links["stance"].eq("supports") & (links["type"].isin(GUIDANCE_TYPES) | links["study_design"].eq("guideline"))
    wrong = data.text["severity"].isin(SEVERE) & ~data.text["interaction_id"].isin(links.loc[is_guidance, "interaction_id"])
    yield from data.faults_where(wrong, "severe-has-guidance", "severity", "no label, guideline, report or regulation supports a severity so high",
                                 "Cite it in data/interaction_citations.csv, or lower the severity.")


def accepted_rows_rest_on_sound_works(table: str, link_table: str, key: str):
    def check(tables: Tables) -> Iterator[Fault]:
        data = tables[table]
        wrong = data.text["status"].isin(ACCEPTED) & data.text[key].isin(_only_unsound(tables, link_table, key))
        yield from data.faults_where(wrong, "sound-support", "status", UNSOUND_REASON, SOUND_MEND.format(link_table))
    return check


def supported_claims_rest_on_sound_works(tables: Tables) -> Iterator[Fault]:
    """A claim that a study found something may, with that caveat, cite the retracted study that it speaks of."""
    data = tables["claims"]
    supported = data.text["verdict"].isin(SUPPORTED)
    about_a_study = data.text["verdict"].eq("supported-with-caveats") & data.text["predicate"].eq("study-found")
    wrong = supported & ~about_a_study & data.text["claim_id"].isin(_only_unsound(tables, "claim_citations", "claim_id"))
    yield from data.faults_where(wrong, "sound-support", "verdict", UNSOUND_REASON, SOUND_MEND.format("claim_citations"))


def _only_unsound(tables: Tables, link_table: str, key: str) -> set[str]:
    """Rows that have supporting works, none of them sound."""
    links = _links(tables[link_table], tables["citations"], key)
    supports = links[links["stance"].eq("supports")]
    return set(supports[key]) - set(supports.loc[~supports["publication_status"].isin(NOT_SOUND), key])


def only_syntheses_say_what_they_list(tables: Tables) -> Iterator[Fault]:
    data = tables["citations"]
    is_synthesis = data.text["study_design"].isin(SYNTHESES)
    said = data.text["study_list"].notna()
    yield from data.faults_where(is_synthesis & ~said, "synthesis-listed", "study_list", "a synthesis does not say how far its studies are listed",
                                 "Write complete, partial or none.")
    yield from data.faults_where(~is_synthesis & said, "synthesis-listed", "study_list", "the work is no synthesis",
                                 "Empty the cell, or correct study_design.")


def listed_studies_fit(tables: Tables) -> Iterator[Fault]:
    works, listed = tables["citations"], tables["synthesis_studies"]
    has_rows = works.text["citation_id"].isin(listed.text["synthesis_id"])
    promised = works.text["study_list"].isin(("complete", "partial"))
    denied = works.text["study_list"].eq("none").fillna(False)
    yield from works.faults_where(promised & ~has_rows, "synthesis-listed", "study_list", "synthesis_studies has no row of this synthesis",
                                  "Add its studies to data/synthesis_studies.csv, or write none.")
    yield from works.faults_where(denied & has_rows, "synthesis-listed", "study_list", "synthesis_studies has rows of this synthesis",
                                  "Write partial or complete.")
    syntheses = works.text.loc[works.text["study_design"].isin(SYNTHESES), "citation_id"]
    known = listed.text["synthesis_id"].isin(works.text["citation_id"])
    wrong = known & ~listed.text["synthesis_id"].isin(syntheses)
    yield from listed.faults_where(wrong, "synthesis-listed", "synthesis_id", "the work is no synthesis",
                                   "Name the synthesis, or correct its study_design.")


def complete_lists_hold_as_many_studies_as_a_result(tables: Tables) -> Iterator[Fault]:
    works, listed = tables["citations"], tables["synthesis_studies"].text
    held = listed.groupby("synthesis_id")["study_id"].nunique()
    effects = tables["effect_estimates"].text[["citation_id", "n_studies"]].dropna()
    pooled = pd.to_numeric(effects["n_studies"], errors="coerce").groupby(effects["citation_id"]).max()
    short = works.text["citation_id"].map(held).fillna(0) < works.text["citation_id"].map(pooled)
    yield from works.faults_where(works.text["study_list"].eq("complete").fillna(False) & short, "synthesis-complete", "study_list",
                                  "synthesis_studies lists fewer studies than a result of the work rests on", "Add the others, or write partial.")


def contributions_tell_rows_of_a_study_apart(tables: Tables) -> Iterator[Fault]:
    data = tables["synthesis_studies"]
    several = data.text.duplicated(["synthesis_id", "study_id"], keep=False)
    yield from data.faults_where(several & data.text["contribution"].eq("any").fillna(False), "synthesis-contribution", "contribution",
                                 "the study has other rows in this synthesis", "Name the outcome, sex or arm of this one.")


def pooled_result_is_of_the_synthesis(tables: Tables) -> Iterator[Fault]:
    listed, effects = tables["synthesis_studies"], tables["effect_estimates"].text
    owner = listed.text["effect_id"].map(effects.drop_duplicates("effect_id").set_index("effect_id")["citation_id"])
    yield from listed.faults_where(owner.notna() & owner.ne(listed.text["synthesis_id"]), "synthesis-result", "effect_id",
                                   "a result of another work", "Name the result of this synthesis into which the study went.")


def works_stand_once(tables: Tables) -> Iterator[Fault]:
    data = tables["citations"]
    plain = data.text["title"].str.lower().str.replace(r"[^\w]+", " ", regex=True).str.strip()
    repeated = plain.notna() & pd.DataFrame({"title": plain, "year": data.text["year"]}).duplicated()
    yield from data.faults_where(repeated, "work-unique", "title", "an earlier row has the same title and year",
                                 "Keep one of the two rows, and name it where the other was named.")


RULES = (
    *(Rule("row-cited", (*cited[:2], "citations"), row_is_cited(*cited)) for cited in CITED),
    *(Rule(carries[0], (*cited[:2], "citations"), basis_is_carried(*carries, *cited)) for carries in CARRIES for cited in CITED),
    Rule("severe-has-guidance", ("interactions", "interaction_citations", "citations"), severe_has_guidance),
    *(Rule("sound-support", (*cited[:2], "citations"), accepted_rows_rest_on_sound_works(*cited)) for cited in CITED),
    Rule("sound-support", ("claims", "claim_citations", "citations"), supported_claims_rest_on_sound_works),
    Rule("work-unique", ("citations",), works_stand_once),
    Rule("synthesis-listed", ("citations",), only_syntheses_say_what_they_list),
    Rule("synthesis-listed", ("citations", "synthesis_studies"), listed_studies_fit),
    Rule("synthesis-complete", ("citations", "synthesis_studies", "effect_estimates"), complete_lists_hold_as_many_studies_as_a_result),
    Rule("synthesis-contribution", ("synthesis_studies",), contributions_tell_rows_of_a_study_apart),
    Rule("synthesis-result", ("synthesis_studies", "effect_estimates"), pooled_result_is_of_the_synthesis),
)
