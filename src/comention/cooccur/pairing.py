"""From concepts in articles and sentences to pairs of them: the one place that says what a pair is.

Two concepts make a pair in a sentence or an article that mentions them at different spans. Pairs are made of
any tables of the shape that :mod:`comention.cooccur.tables` gives to concept_in_article and
concept_in_sentence: of the concepts mentioned, or with the broader ones in their place.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from comention.cooccur.association import WEIGHT_UNIT

#: What an article with a pair weighs for `score`, and what each sentence that the two share adds. An article
#: shares its weight out: each of its pairs gets that over the number of concepts that it mentions. Chosen on
#: BC5CDR's training part by how the score ranks relations (benchmarks/relations.py): sentences say more there
#: than the weights of DISEASES (Pletscher-Frankild et al. 2015: 3, and 0.2 for any shared sentence) allow.
DOCUMENT_WEIGHT, SENTENCE_WEIGHT = WEIGHT_UNIT, 2 * WEIGHT_UNIT

# neither stands under a negation or a speculation; what is not known to is asserted
_ASSERTED = (
    "(place_a & 3) <> 2 AND (place_b & 3) <> 2 AND (place_a >> 2 & 3) <> 2 AND (place_b >> 2 & 3) <> 2"
)

# place_a is null where the two stand only on one span together
_TOGETHER = """
SELECT (x.concept::BIGINT << 32) | y.concept AS pair, {keys}, x.pairs AND y.pairs AS pairs,
       CASE WHEN x.first >> 4 <> y.first >> 4 OR y.second IS NOT NULL THEN x.first
            ELSE x.second END AS place_a,
       CASE WHEN x.first >> 4 = y.first >> 4 AND y.second IS NOT NULL THEN y.second
            ELSE y.first END AS place_b
FROM {of}concept_in_{unit} x JOIN {of}concept_in_{unit} y USING ({keys})
WHERE x.rank < y.rank AND list_contains($types, x.entity_type) AND list_contains($types, y.entity_type)
      AND {only}
"""

_IN_SENTENCE = """
CREATE TABLE {of}pair_in_sentence AS
SELECT pair, article, sentence, place_a, place_b, {asserted} AS asserted
FROM ({together}) WHERE pairs AND place_a IS NOT NULL
"""

# sentences is null where the two share no sentence; rows with no place_a count for triples only
_IN_ARTICLE = """
CREATE TABLE {of}pair_in_article AS
SELECT pair, article, pairs AND place_a IS NOT NULL AS counts, place_a, place_b, sentences, title,
       sentences_asserted, title_asserted,
       CASE WHEN sentences IS NULL THEN {asserted} ELSE sentences_asserted > 0 END AS asserted
FROM ({together})
LEFT JOIN (SELECT pair, article, count(*) AS sentences, bool_or(sentence = 0) AS title,
                  count(*) FILTER (asserted) AS sentences_asserted,
                  bool_or(sentence = 0 AND asserted) AS title_asserted
           FROM {of}pair_in_sentence GROUP BY ALL) USING (pair, article)
"""

_PAIR = """
CREATE TABLE {of}pair AS
SELECT pair, count(*) AS together,
       count(*) FILTER (counts) AS articles,
       count(*) FILTER (counts AND asserted) AS articles_asserted,
       count(*) FILTER (counts AND NOT retracted) AS articles_not_retracted,
       count(*) FILTER (counts AND NOT review) AS articles_not_review,
       coalesce(sum(sentences) FILTER (counts), 0)::BIGINT AS sentences,
       coalesce(sum(sentences_asserted) FILTER (counts), 0)::BIGINT AS sentences_asserted,
       coalesce(sum(sentences) FILTER (counts AND NOT retracted), 0)::BIGINT AS sentences_not_retracted,
       coalesce(sum(sentences) FILTER (counts AND NOT review), 0)::BIGINT AS sentences_not_review,
       count(*) FILTER (counts AND title) AS titles,
       count(*) FILTER (counts AND title_asserted) AS titles_asserted,
       count(*) FILTER (counts AND title AND NOT retracted) AS titles_not_retracted,
       count(*) FILTER (counts AND title AND NOT review) AS titles_not_review,
       coalesce(sum(
           ({document} + {sentence} * coalesce(sentences, 0)) // concepts
       ) FILTER (counts), 0)::BIGINT AS weight,
       min(year) FILTER (counts) AS first_year, max(year) FILTER (counts) AS last_year,
       max(((CASE WHEN title THEN 2 WHEN sentences IS NOT NULL THEN 1 ELSE 0 END)::BIGINT << 32) | recency, 5)
           FILTER (counts) AS top
FROM {of}pair_in_article JOIN article USING (article) LEFT JOIN richness USING (article)
GROUP BY pair
"""


def pair(
    connection: duckdb.DuckDBPyConnection,
    types: Sequence[str],
    *,
    also: Sequence[str] = (),
    of: str = "",
    only: str = "true",
) -> None:
    """Create pair_in_sentence, pair_in_article and pair from concept_in_*, all with the prefix `of`.

    Pairs of `types` count; those of the types `also` are in pair_in_article too. `only` is a further
    condition on the two sides, x and y.
    """
    units = {"sentence": "article, sentence", "article": "article"}
    together = {
        unit: _TOGETHER.format(of=of, unit=unit, keys=keys, only=only) for unit, keys in units.items()
    }
    connection.execute(
        _IN_SENTENCE.format(of=of, asserted=_ASSERTED, together=together["sentence"]), {"types": list(types)}
    )
    connection.execute(
        _IN_ARTICLE.format(of=of, asserted=_ASSERTED, together=together["article"]),
        {"types": sorted({*types, *also})},
    )
    connection.execute(_PAIR.format(of=of, document=DOCUMENT_WEIGHT, sentence=SENTENCE_WEIGHT))
