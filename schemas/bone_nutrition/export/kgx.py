"""The knowledge graph in KGX: a table of nodes and a table of edges, in the terms of the Biolink model.

Nodes are the entities, every nutrient among them; edges are functions and interactions. Biolink is coarser than our relations:
``original_predicate`` holds ours.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..files import read_rows
from ..metadata import package
from ..models.citations import UNSOUND
from .prefixes import own_curie

NODE_COLUMNS = ("id", "category", "name", "description", "synonym", "xref", "provided_by")
EDGE_COLUMNS = (
    "id", "category", "subject", "predicate", "object", "qualified_predicate", "object_aspect_qualifier", "object_direction_qualifier", "negated",
    "original_predicate", "description", "publications", "knowledge_level", "agent_type", "primary_knowledge_source",
)

CATEGORY = {
    "nutrient": "ChemicalEntity",
    "food-group": "Food",
    "food-component": "ChemicalEntity",
    "diet": "BehavioralExposure",
    "cell": "Cell",
    "tissue": "AnatomicalEntity",
    "protein": "Protein",
    "hormone": "ChemicalEntity",
    "metabolite": "SmallMolecule",
    "drug": "Drug",
    "drug-class": "ChemicalEntity",
    "process": "BiologicalProcess",
    "disease": "Disease",
    "outcome": "ClinicalFinding",
    "biomarker": "ClinicalFinding",
    "lifestyle": "BehavioralExposure",
    "therapy": "Treatment",
    "population": "PopulationOfIndividualOrganisms",
    "authority": "Agent",
}
# Energy is no substance; a hormone with a UniProt entry is a protein.
CATEGORY_OF_ID = {"energy": "NamedThing"}
CATEGORY_OF_PREFIX = {("hormone", "uniprot"): "Protein"}
CHEMICALS = ("ChemicalEntity", "SmallMolecule", "Drug", "Food")
LIVING = ("Cell", "AnatomicalEntity", "BiologicalProcess", "Disease", "ClinicalFinding")

# Prefixes as Biolink writes them. Only entries of registries that it lists for a category identify a node; the rest are its xrefs.
BIOLINK_PREFIX = {
    "uniprot": "UniProtKB", "drugbank": "DRUGBANK", "drugcentral": "DrugCentral", "ec": "EC", "mesh": "MESH", "atc": "ATC", "rxnorm": "RXCUI",
    "pubchem.compound": "PUBCHEM.COMPOUND", "cas": "CAS", "unii": "UNII", "wikidata": "WIKIDATA",
}
_OF_CHEMICALS = ("CHEBI", "DRUGBANK", "DrugCentral", "UNII", "PUBCHEM.COMPOUND", "CAS", "MESH")
IDENTIFYING = {
    **dict.fromkeys(("ChemicalEntity", "SmallMolecule", "Drug"), _OF_CHEMICALS),
    "Food": ("FOODON",),
    "Protein": ("UniProtKB",),
    "Cell": ("CL",),
    "AnatomicalEntity": ("UBERON", "GO"),
    "BiologicalProcess": ("GO",),
    "Disease": ("MONDO",),
}

# Our relation -> predicate, aspect and direction of the object. An aspect without a word in Biolink (excretion, requirement) stays empty.
PREDICATE: dict[str, tuple[str, str, str]] = {
    "cofactor-of": ("affects", "activity", "increased"),
    "component-of": ("part_of", "", ""),
    "substrate-of": ("is_substrate_of", "", ""),
    "precursor-of": ("derives_into", "", ""),
    "activates": ("affects", "activity", "increased"),
    "inhibits": ("affects", "activity", "decreased"),
    "stimulates": ("affects", "activity_or_abundance", "increased"),
    "suppresses": ("affects", "activity_or_abundance", "decreased"),
    "regulates": ("affects", "activity_or_abundance", ""),
    "stored-in": ("located_in", "", ""),
    "converted-to": ("derives_into", "", ""),
    "increases-absorption-of": ("affects", "absorption", "increased"),
    "decreases-absorption-of": ("affects", "absorption", "decreased"),
    "increases-excretion-of": ("affects", "", ""),
    "decreases-excretion-of": ("affects", "", ""),
    "increases-requirement-for": ("affects", "", ""),
    "required-to-activate": ("affects", "activity", "increased"),
    "required-for-action-of": ("affects", "activity", "increased"),
    "potentiates": ("affects", "activity", "increased"),
    "antagonises": ("affects", "activity", "decreased"),
    "competes-with": ("related_to", "", ""),
    "depletes": ("affects", "abundance", "decreased"),
    "raises-level-of": ("affects", "abundance", "increased"),
    "lowers-level-of": ("affects", "abundance", "decreased"),
    "stimulates-secretion-of": ("affects", "secretion", "increased"),
    "suppresses-secretion-of": ("affects", "secretion", "decreased"),
    "substitutes-for": ("related_to", "", ""),
    "synergises-with": ("related_to", "", ""),
    "interferes-with-test-of": ("related_to", "", ""),
    "no-known-effect-on": ("affects", "", ""),
}
# Table of edges -> columns of subject, object and description.
EDGE_TABLES = {"functions": ("nutrient_id", "target_id", "statement"), "interactions": ("subject_id", "object_id", "mechanism")}

# Read as the absence of what the predicate says.
NEGATED = ("no-known-effect-on",)

Row = Mapping[str, str]


def write(folder: Path, rows: Mapping[str, int], target: Path) -> list[Path]:
    """Write nodes and edges of the package in ``folder`` to ``target/kgx``; none without entities."""
    if "entities" not in rows:
        return []
    entities = _rows(folder, rows, "entities")
    nodes = _nodes(entities, _rows(folder, rows, "nutrients"), _rows(folder, rows, "mappings"))
    edges = _edges({row["entity_id"]: node for row, node in zip(entities, nodes)}, folder, rows)
    about = package()
    kgx = target / "kgx"
    kgx.mkdir()
    paths = [kgx / f"{about['name']}_nodes.tsv", kgx / f"{about['name']}_edges.tsv"]
    paths[0].write_bytes(_tsv(NODE_COLUMNS, nodes))
    paths[1].write_bytes(_tsv(EDGE_COLUMNS, edges))
    return paths


def _nodes(entities: Sequence[Row], nutrients: Iterable[Row], mappings: Iterable[Row]) -> list[dict[str, str]]:
    descriptions = {row["nutrient_id"]: row["description"] for row in nutrients}
    matches: dict[str, list[str]] = {}
    for row in mappings:
        if row["subject_table"] in ("nutrients", "entities") and row["predicate"] == "skos:exactMatch":
            matches.setdefault(row["subject_id"], []).append(_biolink_curie(row["object_id"]))
    # Two entities with one CURIE would become one node.
    shared = {curie for curie, count in Counter(row["curie"] for row in entities).items() if count > 1}
    return [_node(row, descriptions, sorted(set(matches.get(row["entity_id"], ()))), shared) for row in entities]


def _node(row: Row, descriptions: Mapping[str, str], matches: list[str], shared: set[str]) -> dict[str, str]:
    category = _category(row)
    own, registered = own_curie("entities", row["entity_id"]), _biolink_curie(row["curie"])
    identifies = registered.partition(":")[0] in IDENTIFYING.get(category, ()) and row["curie"] not in shared
    id_ = registered if identifies else own
    others = dict.fromkeys(curie for curie in (own, registered, *matches) if curie and curie != id_)
    return {
        "id": id_,
        "category": f"biolink:{category}",
        "name": row["label"],
        "description": row["description"] or descriptions.get(row["entity_id"], ""),
        "synonym": row["synonyms"],
        "xref": "|".join(others),
        "provided_by": _source(),
    }


def _category(row: Row) -> str:
    prefix = row["curie"].partition(":")[0]
    return CATEGORY_OF_ID.get(row["entity_id"]) or CATEGORY_OF_PREFIX.get((row["type"], prefix)) or CATEGORY[row["type"]]


def _edges(nodes: Mapping[str, Mapping[str, str]], folder: Path, rows: Mapping[str, int]) -> list[dict[str, str]]:
    works = {row["citation_id"]: row for row in _rows(folder, rows, "citations")}
    edges = []
    for table, (subject, target, wording) in EDGE_TABLES.items():
        key = f"{table[:-1]}_id"
        supporting: dict[str, list[str]] = {}
        for link in _rows(folder, rows, f"{table[:-1]}_citations"):
            work = works[link["citation_id"]]
            if link["stance"] == "supports" and work["publication_status"] not in UNSOUND:
                supporting.setdefault(link[key], []).append(_publication(work))
        for row in _rows(folder, rows, table):
            edge = _edge(nodes[row[subject]], row["relation"], nodes[row[target]], negated=row["status"] == "refuted")
            edges.append(edge | {
                "id": own_curie(table, row[key]),
                "original_predicate": own_curie(f"{table}.relation", row["relation"]),
                "description": row[wording],
                "publications": "|".join(supporting.get(row[key], ())),
            })
    return edges


def _edge(subject: Row, relation: str, object_: Row, negated: bool) -> dict[str, str]:
    predicate, aspect, direction = PREDICATE[relation]
    category = _qualified_association(subject["category"], object_["category"]) if aspect else ""
    edge = {
        "category": f"biolink:{category or 'Association'}",
        "subject": subject["id"],
        "predicate": f"biolink:{predicate}",
        "object": object_["id"],
        "negated": "true" if negated or relation in NEGATED else "false",
        "knowledge_level": "knowledge_assertion",
        "agent_type": "manual_agent",
        "primary_knowledge_source": _source(),
    }
    if category:
        edge |= {"object_aspect_qualifier": aspect, "object_direction_qualifier": direction}
        edge |= {"qualified_predicate": "biolink:causes" if direction else ""}
    return edge


def _qualified_association(subject: str, object_: str) -> str:
    """The kind of association that may carry aspect and direction between these categories, or nothing."""
    subject, object_ = subject.removeprefix("biolink:"), object_.removeprefix("biolink:")
    if subject in (*CHEMICALS, "Protein") and object_ in CHEMICALS:
        return "GeneAffectsChemicalAssociation"
    if subject in CHEMICALS and object_ == "Protein":
        return "ChemicalAffectsGeneAssociation"
    return "ChemicalAffectsBiologicalEntityAssociation" if subject in CHEMICALS and object_ in LIVING else ""


def _biolink_curie(curie: str) -> str:
    prefix, colon, local = curie.partition(":")
    return f"{BIOLINK_PREFIX.get(prefix, prefix)}{colon}{local}"


def _publication(work: Row) -> str:
    for prefix, column in (("PMID", "pmid"), ("doi", "doi")):
        if work[column]:
            return f"{prefix}:{work[column]}"
    return own_curie("citations", work["citation_id"])


def _source() -> str:
    return f"infores:{package()['name']}"


def _rows(folder: Path, published: Mapping[str, int], table: str) -> list[dict[str, str]]:
    return read_rows(folder / "data" / f"{table}.csv") if table in published else []


def _tsv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Tab-separated without quotes, as KGX reads it; csv.Error for a cell with a tab or line end."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, columns, restval="", delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")
