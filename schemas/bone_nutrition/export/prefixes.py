"""CURIE prefixes: those of registries as the tables write them, and our own, one a table."""

from __future__ import annotations

from ..metadata import package

REGISTRIES = {
    "CHEBI": "http://purl.obolibrary.org/obo/CHEBI_",
    "CDNO": "http://purl.obolibrary.org/obo/CDNO_",
    "FOODON": "http://purl.obolibrary.org/obo/FOODON_",
    "GO": "http://purl.obolibrary.org/obo/GO_",
    "CL": "http://purl.obolibrary.org/obo/CL_",
    "UBERON": "http://purl.obolibrary.org/obo/UBERON_",
    "MONDO": "http://purl.obolibrary.org/obo/MONDO_",
    "HP": "http://purl.obolibrary.org/obo/HP_",
    "NCBITaxon": "http://purl.obolibrary.org/obo/NCBITaxon_",
    "CMO": "http://purl.obolibrary.org/obo/CMO_",
    "EFO": "http://www.ebi.ac.uk/efo/EFO_",
    "OBA": "http://purl.obolibrary.org/obo/OBA_",
    "uniprot": "http://purl.uniprot.org/uniprot/",
    "mesh": "http://id.nlm.nih.gov/mesh/",
    "rxnorm": "http://purl.bioontology.org/ontology/RXNORM/",
    "atc": "http://www.whocc.no/atc_ddd_index/?code=",
    "drugbank": "https://go.drugbank.com/drugs/",
    "drugcentral": "http://drugcentral.org/drugcard/",
    "ec": "https://www.enzyme-database.org/query.php?ec=",
    "wikidata": "http://www.wikidata.org/entity/",
    "pubchem.compound": "https://pubchem.ncbi.nlm.nih.gov/compound/",
    "cas": "https://commonchemistry.cas.org/detail?cas_rn=",
    "unii": "https://precision.fda.gov/uniisearch/srs/unii/",
    # Tagnames have no address of their own.
    "infoods": "urn:x-infoods:",
}


def own_prefix(table: str) -> str:
    """Ids are unique within a table only, so each table has its prefix."""
    return f"{package()['name']}.{table}"


def own_namespace(table: str) -> str:
    return f"{own_iri()}:{table}:"


def own_iri() -> str:
    """A name, not an address: the same wherever the package lies."""
    return f"urn:x-{package()['name']}"


def own_curie(table: str, key: str) -> str:
    """A row of a table, or a term of ours, as a CURIE."""
    return f"{own_prefix(table)}:{key}"
