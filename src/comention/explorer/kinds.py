"""What can be listed: where its rows come from, what they can be narrowed by, and in which orders they come.

A listing is made in two steps. `hits` are keys with what rows are chosen and sorted by, narrowed by the words
of a search and by what is not a facet; facets are counted in them. `rows` are those of one page, with the
columns that it shows, or with `every` one for a download. Hits that lack few columns of a page have these
too, and it is made of what is `at_hand`: to read 25 rows here and there takes longer than to read them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from comention.records import ENTITY_TYPES, Certainty, Context, Grade, Level, StudyWord, Support
from comention.schemas import SAID
from comention.snapshots.query import details
from comention.snapshots.tables import COUNTED, SUREST, UNRELATED
from comention.stages.window import SPECIES

#: Years, from the column `year`; both ends belong to it.
_YEARS = {"from": "year >= $from", "to": "year <= $to"}
# Of what has a first and a last article; those between the two may be of other years.
_SPANS = {"from": "last_year >= $from", "to": "first_year <= $to"}
# What has a word of the search, by the number of the word: see `words`.
_NAMED = "(SELECT concept_id FROM named WHERE n = {word})"
_IN_PAIRS = "(SELECT id FROM in_pairs WHERE n = {word})"
_IN_SENTENCES = "(SELECT id FROM in_sentences WHERE n = {word})"
_IN_ARTICLES = "(SELECT id FROM in_articles WHERE n = {word})"
# What the hits of texts are taken from; {row} is the number of the sentence where it is asked for.
SENTENCE_ROWS = """
SELECT s.pmid, s.sentence, coalesce(s.context, 'not said') AS context, r.study, r.species, r.year,
       s.in_title, s.retracted {row}
FROM {of} s JOIN articles r ON r.pmid = s.pmid
"""
CLAIM_ROWS = f"""
SELECT c.a_id, c.b_id, c.pmid, c.sentence,
       least(a_type, b_type) || '–' || greatest(a_type, b_type) AS types, c.claim, c.certainty,
       coalesce(s.context, 'not said') AS context, r.study, r.species, c.year, c.retracted {{row}}
FROM claims c JOIN pairs p ON p.a_id = c.a_id AND p.b_id = c.b_id
JOIN {{of}} s ON s.pmid = c.pmid AND s.sentence = c.sentence
JOIN articles r ON r.pmid = c.pmid WHERE {COUNTED}
"""  # noqa: S608 - what is put in is our own
_PLAIN, NUMBERED = {"row": "", "of": "sentences"}, {"row": ", s.rowid AS number", "of": "kept.sentences"}
# Articles, sentences and concepts by the concept that they mention, or that an article mentions with them.
_MENTIONED = "(SELECT pmid FROM mentions WHERE concept_id = {id})"
_SAID_WITH = "(SELECT (pmid, sentence) FROM mentions WHERE concept_id = {id})"
_TOGETHER = f"(SELECT concept_id FROM mentions WHERE pmid IN {_MENTIONED})"  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class Facet:
    """A column of the hits by whose words rows can be narrowed; `listed` where it holds lists of them.

    Words that no row has are not shown, but those of a `whole` one are.
    """

    name: str
    title: str
    words: tuple[str, ...]
    listed: bool = False
    whole: bool = False

    @property
    def condition(self) -> str:
        """What a row of one of the chosen words fulfils."""
        has = "list_has_any" if self.listed else "list_contains"
        sides = (self.name, f"${self.name}") if self.listed else (f"${self.name}", self.name)
        return f"{has}({', '.join(sides)})"


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be listed; SQL is this module's own words, what is asked for are parameters.

    Hits are taken from `source`, and from `folded` where words are searched, which are those that `searched`
    finds in `tables` (see `words`). `concept` is what a row with a concept fulfils, `lacking` what one
    without it does where that is not its contrary, and `concerns` says both in words; of `partners` see
    `concept_filter`.
    """

    name: str
    noun: str
    dataset: str
    hits: str
    searched: str
    rows: str
    shown: str
    every: str
    orders: Mapping[str, str]
    facets: tuple[Facet, ...] = ()
    tables: tuple[str, ...] = ()
    concept: str = ""
    lacking: str = ""
    concerns: str = ""
    partners: bool = False
    at_hand: str = ""
    years: Mapping[str, str] = field(default_factory=lambda: _YEARS)
    rarely: str = ""
    apart: str = ""
    nearest: str = ""
    source: str = ""
    folded: str = ""
    columns: tuple[str, ...] = ()
    plural: str = ""

    @property
    def many(self) -> str:
        """The noun of several."""
        return self.plural or f"{self.noun}s"

    @property
    def years_said(self) -> Mapping[str, str]:
        """What the years `from` and `to` are of, in words that stand before them."""
        if self.years is _SPANS:
            return {"from": "last article from", "to": "first article to"}
        return {"from": "from", "to": "to"}


_TYPES = Facet(
    "types",
    "Types",
    tuple(f"{one}–{other}" for one in sorted(ENTITY_TYPES) for other in sorted(ENTITY_TYPES) if one <= other),
)
_STUDY = Facet("study", "Study", get_args(StudyWord), listed=True)
_SPECIES = Facet(
    "species",
    "Species",
    tuple(dict.fromkeys(name for word, names in SPECIES.items() if word != "animal" for name in names)),
    listed=True,
)
_CONTEXT = Facet("context", "Seen in (by the sentence)", (*get_args(Context), "not said"))
_CLAIM = Facet("claim", "Claim", (*SAID, "none"))
_PAIR_TYPES = "least(a_type, b_type) || '–' || greatest(a_type, b_type) AS types"
_SHOWN_OF_PAIRS = (
    *("a_id", "a_name", "a_type", "b_id", "b_name", "b_type", "articles", "expected", "grade"),
    *("log_odds", "log_odds_low", "log_odds_high", "q_richness", "claim", "contradicted", "support"),
    *("articles_not_retracted", "first_year", "last_year", *(f"articles_{word}" for word in SAID)),
)
_IN_PAIR = "(a_id = {id} OR b_id = {id})"

PAIRS = Kind(
    name="pairs",
    noun="pair",
    dataset="pairs",
    hits=f"""
SELECT {", ".join(f"p.{name}" for name in _SHOWN_OF_PAIRS if name != "claim")}, p.claim AS most_claimed,
       {_PAIR_TYPES}, coalesce(claim, 'none') AS claim,
       list_filter([CASE WHEN articles_human > 0 THEN 'people' END,
                    CASE WHEN articles_trial > 0 THEN 'trial' END,
                    CASE WHEN articles_animal > 0 THEN 'animal' END,
                    CASE WHEN articles_in_vitro > 0 THEN 'in vitro' END],
                   lambda one: one IS NOT NULL) AS studied,
       CASE WHEN contradicted THEN 'contradicted' ELSE 'not contradicted' END AS doubt,
       articles_independent, relatedness
FROM {{source}} p WHERE {{where}}
""",  # noqa: S608 - words of this module
    searched=f"p.rowid IN {_IN_PAIRS}",
    source="pairs",
    folded="kept.pairs",
    rows="SELECT {columns} FROM page JOIN pairs p USING (a_id, b_id) ORDER BY place",
    shown=", ".join(f"p.{name}" for name in _SHOWN_OF_PAIRS),
    at_hand=", ".join("most_claimed AS claim" if name == "claim" else name for name in _SHOWN_OF_PAIRS),
    every="p.*",
    orders={
        "grade": SUREST,
        "articles": f"articles DESC, {SUREST}",
        "association": "log_odds_low DESC NULLS LAST, articles DESC, a_id, b_id",
        "q": f"q_richness NULLS LAST, {SUREST}",
        "newest": f"first_year DESC NULLS LAST, {SUREST}",
        "name": "lower(a_name), lower(b_name), a_id, b_id",
    },
    facets=(
        _TYPES,
        Facet("grade", "Grade", get_args(Grade)),
        _CLAIM,
        Facet("doubt", "Claims of articles", ("contradicted", "not contradicted"), whole=True),
        Facet("studied", "Studied in", ("people", "trial", "animal", "in vitro"), listed=True),
        Facet("support", "Support", get_args(Support)),
    ),
    tables=("in_pairs",),
    concept=_IN_PAIR,
    partners=True,
    concerns="Two names: partners that both have. “Not”: without what some article mentions with that one",
    nearest="list_contains($exact, a_id)::INT + list_contains($exact, b_id)::INT DESC",
    years=_SPANS,
    rarely="articles_independent >= $least",
    apart=UNRELATED,
    columns=tuple(details("pairs")),
)

CONCEPTS = Kind(
    name="concepts",
    noun="concept",
    dataset="entities",
    hits="""
SELECT concept_id, name, entity_type AS type, articles, first_year, last_year
FROM entities WHERE {where}
""",
    searched=f"concept_id IN {_NAMED}",
    rows="SELECT {columns} FROM page JOIN entities e USING (concept_id) "
    "JOIN concepts c USING (concept_id) ORDER BY place",
    shown="e.concept_id, e.name, e.entity_type, e.articles, e.sentences, e.first_year, e.last_year, "
    "c.synonyms",
    every="e.*, c.synonyms, c.level",
    orders={
        "articles": "articles DESC, name, concept_id",
        "name": "lower(name), concept_id",
        "newest": "first_year DESC NULLS LAST, articles DESC, concept_id",
    },
    facets=(Facet("type", "Type", ENTITY_TYPES),),
    tables=("named",),
    concept=f"(concept_id <> {{id}} AND concept_id IN {_TOGETHER})",
    lacking=f"concept_id NOT IN {_TOGETHER}",
    concerns="Mentioned in some article with each of these, and in none with those of “not”",
    nearest="list_contains($exact, concept_id) DESC",
    years=_SPANS,
    columns=(*details("entities"), "synonyms", "level"),
)

_SAID = (
    "p.a_name, p.a_type, p.b_name, p.b_type, "
    's.text, s."start" AS text_start, s.section, s.context, r.study, r.title'
)
CLAIMS = Kind(
    name="claims",
    noun="claim",
    dataset="claims",
    hits="""
SELECT a_id, b_id, pmid, sentence, types, claim, certainty, context, study, species, year, retracted
FROM {source} c WHERE {where}
""",
    source=f"({CLAIM_ROWS.format(**_PLAIN)})",
    folded="claim_rows",
    searched=f"(number IN {_IN_SENTENCES} OR a_id IN {_NAMED} OR b_id IN {_NAMED})",
    tables=("named", "in_sentences"),
    shown="c.a_id, c.b_id, c.pmid, c.sentence, c.claim, c.direction, c.certainty, c.year, c.retracted, "
    f"{_SAID}",
    every=f"c.*, {_SAID}",
    rows="""
SELECT {columns} FROM page JOIN claims c USING (a_id, b_id, pmid, sentence)
JOIN pairs p USING (a_id, b_id) JOIN sentences s USING (pmid, sentence) JOIN articles r USING (pmid)
ORDER BY place
""",
    orders={
        "newest": "retracted, certainty DESC, year DESC NULLS LAST, pmid DESC, sentence, a_id, b_id",
        "oldest": "retracted, certainty DESC, year NULLS LAST, pmid, sentence, a_id, b_id",
    },
    facets=(
        Facet("claim", "Claim", SAID),
        Facet("certainty", "Certainty", get_args(Certainty), whole=True),
        _TYPES,
        _STUDY,
        _CONTEXT,
        _SPECIES,
    ),
    concept="(c.a_id = {id} OR c.b_id = {id})",
    concerns="About this one, or about both of two; not about those of “not”",
    years={"from": "c.year >= $from", "to": "c.year <= $to"},
    columns=(
        *("a_id", "a_name", "a_type", "b_id", "b_name", "b_type", "claim", "direction", "certainty", "pmid"),
        *("year", "sentence", "section", "context", "study", "retracted", "method", "score", "text", "title"),
    ),
)

SENTENCES = Kind(
    name="sentences",
    noun="sentence",
    dataset="sentences",
    hits="""
SELECT pmid, sentence, context, study, species, year, in_title, retracted FROM {source} s WHERE {where}
""",
    source=f"({SENTENCE_ROWS.format(**_PLAIN)})",
    folded=f"({SENTENCE_ROWS.format(**NUMBERED)})",
    searched=f"number IN {_IN_SENTENCES}",
    tables=("in_sentences",),
    shown='s.*, s."start" AS text_start, r.year, r.study, r.title',
    every='s.*, s."start" AS text_start, r.year, r.study, r.title',
    rows="""
SELECT {columns} FROM page JOIN sentences s USING (pmid, sentence) JOIN articles r USING (pmid) ORDER BY place
""",
    orders={
        "newest": "retracted, year DESC NULLS LAST, pmid DESC, sentence",
        "oldest": "retracted, year NULLS LAST, pmid, sentence",
    },
    facets=(_CONTEXT, _STUDY, _SPECIES),
    concept=f"(s.pmid, s.sentence) IN {_SAID_WITH}",
    concerns="Sentences that mention all of these, and none of “not”",
    columns=("pmid", "sentence", "section", "year", "context", "study", "retracted", "text"),
)

ARTICLES = Kind(
    name="articles",
    noun="article",
    dataset="articles",
    hits="""
SELECT s.pmid, s.study, s.species, s.year, s.retracted,
       CASE WHEN s.retracted THEN 'retracted' ELSE 'not retracted' END AS state
FROM {source} s WHERE {where}
""",
    source="articles",
    folded="kept.articles",
    searched=f"s.rowid IN {_IN_ARTICLES}",
    tables=("in_articles",),
    rows="SELECT {columns} FROM page JOIN articles r USING (pmid) ORDER BY place",
    shown="r.pmid, r.title, r.journal, r.year, r.study, r.retracted",
    every="r.*",
    orders={
        "newest": "retracted, year DESC NULLS LAST, pmid DESC",
        "oldest": "retracted, year NULLS LAST, pmid",
    },
    facets=(_STUDY, _SPECIES, Facet("state", "State", ("retracted", "not retracted"))),
    concept=f"s.pmid IN {_MENTIONED}",
    concerns="Articles that mention all of these, and none of “not”",
    years={"from": "s.year >= $from", "to": "s.year <= $to"},
    columns=(
        *(
            "pmid",
            "title",
            "journal",
            "year",
            "pub_date",
            "language",
            "authors",
            "publication_types",
            "study",
        ),
        *("species", "review", "retracted", "doi", "pmcid", "keywords", "abstract"),
    ),
)

EVIDENCE = Kind(
    name="evidence",
    noun="place",
    dataset="evidence",
    hits="""
SELECT e.a_id, e.b_id, e.pmid, e.sentence, e.level, coalesce(e.claim, 'none') AS claim,
       coalesce(e.context, 'not said') AS context, r.study, r.species, e.year, e.rank
FROM evidence e JOIN articles r ON r.pmid = e.pmid {source} WHERE {where}
""",
    searched=f"number IN {_IN_SENTENCES}",
    folded="LEFT JOIN (SELECT pmid, sentence, rowid AS number FROM kept.sentences) t "
    "ON t.pmid = e.pmid AND t.sentence = e.sentence",
    tables=("in_sentences",),
    shown='e.*, s.text, s."start" AS text_start, r.title, r.study',
    every='e.*, s.text, s."start" AS text_start, r.title, r.study',
    rows="""
SELECT {columns} FROM page JOIN evidence e USING (a_id, b_id, pmid, sentence)
LEFT JOIN sentences s USING (pmid, sentence) JOIN articles r USING (pmid) ORDER BY place
""",
    orders={
        "best": "rank",
        "newest": "year DESC NULLS LAST, rank",
        "oldest": "year NULLS LAST, rank",
    },
    facets=(Facet("level", "Where", get_args(Level)), _CLAIM, _STUDY, _CONTEXT, _SPECIES),
    years={"from": "e.year >= $from", "to": "e.year <= $to"},
    columns=(
        *("a_id", "b_id", "pmid", "sentence", "level", "section", "rank", "year", "negated", "denied"),
        *("speculative", "retracted", "context", "claim", "certainty", "study", "text", "title"),
    ),
)

TRIPLES = Kind(
    name="triples",
    noun="triple",
    dataset="triples",
    hits="""
SELECT disease_id, drug_id, cytokine_id, articles, articles_independent, sentences, lift, q_richness,
       first_year, last_year, CASE WHEN chain THEN 'claims fit' ELSE 'no chain' END AS chained
FROM triples WHERE {where}
""",
    searched=f"(disease_id IN {_NAMED} OR drug_id IN {_NAMED} OR cytokine_id IN {_NAMED})",
    rows="SELECT {columns} FROM page JOIN triples t USING (disease_id, drug_id, cytokine_id) ORDER BY place",
    shown="t.disease_id, t.disease_name, t.drug_id, t.drug_name, t.cytokine_id, t.cytokine_name, t.articles, "
    "t.sentences, t.lift, t.q_richness, t.chain, t.claim_cytokine_drug, t.claim_cytokine_disease, "
    "t.claim_disease_drug, t.first_year, t.last_year",
    every="t.*",
    orders={
        "articles": "articles DESC, sentences DESC, disease_id, drug_id, cytokine_id",
        "lift": "lift DESC, articles DESC, disease_id, drug_id, cytokine_id",
        "q": "q_richness NULLS LAST, articles DESC, disease_id, drug_id, cytokine_id",
    },
    facets=(Facet("chained", "Claims of the three", ("claims fit", "no chain")),),
    nearest="list_contains($exact, disease_id)::INT + list_contains($exact, drug_id)::INT "
    "+ list_contains($exact, cytokine_id)::INT DESC",
    tables=("named",),
    concept="(disease_id = {id} OR drug_id = {id} OR cytokine_id = {id})",
    concerns="Triples of all of these, and of none of “not”",
    years=_SPANS,
    columns=tuple(details("triples")),
)

#: Listings with an address of their own, in the order of the navigation.
KINDS = {kind.name: kind for kind in (PAIRS, CONCEPTS, CLAIMS, SENTENCES, ARTICLES, TRIPLES)}
