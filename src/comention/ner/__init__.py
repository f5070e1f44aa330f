"""The trained recogniser: which stretches of a text name a disease, a chemical or a gene, and how surely."""
