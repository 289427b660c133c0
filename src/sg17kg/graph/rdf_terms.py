"""Terms of the namespaces as rdflib terms."""

from rdflib import Namespace

from sg17kg.namespaces import BASE, GRAPH, ONTOLOGY, PREFIXES, VOCABULARY

KG = Namespace(BASE)
GRAPHS = Namespace(GRAPH)
SG17 = Namespace(ONTOLOGY)
VOC = Namespace(VOCABULARY)
STO = Namespace(PREFIXES["sto"])
