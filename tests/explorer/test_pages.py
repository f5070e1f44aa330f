"""Every page of the sample, its numbers beside those of the datasets."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest

from comention.explorer import showing
from comention.explorer.asked import concept_path, folded, pair_path
from comention.explorer.serving import serving
from comention.schemas import SURE
from comention.snapshots import claims, frames
from comention.snapshots.snapshot import Snapshot
from comention.stages import focused
from comention.stages.window import chosen
from tests.explorer.reading import counts, facet, links, page, text
from tests.report.pages import found, words
from tests.report.snapshots import Text, make, table
from tests.support.claims import by_chance

pytestmark = pytest.mark.slow

IL12, PSORIASIS, USTEKINUMAB = "COMENTION:IL-12", "MESH:D011565", "MESH:D000069549"
PAIR = pair_path(PSORIASIS, USTEKINUMAB)


def test_every_link_within_two_steps_of_the_start_answers(client: httpx.Client) -> None:
    seen, wave = {"/"}, ["/"]
    for step in range(3):
        further = []
        for path in wave:
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, (path, answer.text[-500:])
            if not answer.headers["content-type"].startswith("text/html") or path.startswith("/report"):
                continue
            if step < 2:
                further += [urljoin(path, one) for one in links(page(client, path)) if one.startswith("/")]
        fresh = dict.fromkeys(urlsplit(one)._replace(fragment="").geturl() for one in further)
        wave = [one for one in fresh if one not in seen and "format=" not in one][:: 1 if step == 0 else 40]
        seen |= set(wave)
    assert len(seen) > 50


def expected_pairs(snapshot: Snapshot, **wanted: Any) -> list[dict[str, Any]]:
    rows = [
        one
        for one in table(snapshot, "pairs")
        if one["articles_independent"] >= 2 and one["relatedness"] != "ancestor"
    ]
    return [one for one in rows if all(one[name] == value for name, value in wanted.items())]


def test_pairs_are_counted_as_in_the_dataset(client: httpx.Client, snapshot: Snapshot) -> None:
    every = page(client, "/pairs")
    assert counts(every) == (len(expected_pairs(snapshot)), len(table(snapshot, "pairs")))
    for grade, (number, url) in facet(every, "Grade").items():
        assert number == len(expected_pairs(snapshot, grade=grade)), grade
        narrowed = page(client, url)
        assert counts(narrowed)[0] == number
        assert facet(narrowed, "Grade").keys() == facet(every, "Grade").keys()
    human = facet(every, "Support")["human"][1]
    both = page(client, human + "&grade=moderate")
    assert counts(both)[0] == len(expected_pairs(snapshot, support="human", grade="moderate"))


def test_a_search_finds_what_has_all_its_words(client: httpx.Client, snapshot: Snapshot) -> None:
    root = page(client, "/search?q=ustekinumab+crohn")
    concepts = {one["concept_id"]: one for one in table(snapshot, "concepts")}

    def has(word: str, *texts: str) -> bool:
        return any(part.startswith(word) for t in texts for part in " ".join(folded(t)).split())

    def named(concept_id: str) -> list[str]:
        one = concepts[concept_id]
        return [one["name"], *one["synonyms"], concept_id]

    wanted = ("ustekinumab", "crohn")
    pairs = [
        one
        for one in expected_pairs(snapshot)
        if all(has(word, *named(one["a_id"]), *named(one["b_id"])) for word in wanted)
    ]
    sentences = [one for one in table(snapshot, "sentences") if all(has(w, one["text"]) for w in wanted)]
    told = text(root, "//nav[@class='found']")
    assert f"{len(pairs)} of {len(table(snapshot, 'pairs')):,} pairs" in told
    assert f"{len(sentences)} of {len(table(snapshot, 'sentences')):,} sentences" in told
    assert len(pairs) > 0
    assert len(sentences) > 0
    first = text(root, "//section[@aria-labelledby='pairs']//tbody/tr[1]/th")
    assert "Crohn's disease" in first
    assert "ustekinumab" in first


def test_a_search_that_finds_nothing_says_among_how_many(client: httpx.Client, snapshot: Snapshot) -> None:
    told = text(page(client, "/search?q=zzzyyy"))
    for name, noun in (("pairs", "pairs"), ("sentences", "sentences"), ("articles", "articles")):
        assert f"Nothing among {len(table(snapshot, name)):,} {noun} has all of these words." in told


@pytest.mark.parametrize("name", ["IL-12", "il12", "interleukin 12", IL12, IL12.lower()])
def test_a_concept_is_found_by_any_of_its_names(client: httpx.Client, name: str) -> None:
    answer = client.get("/concept", params={"name": name})
    assert answer.headers["location"] == concept_path(IL12)


@pytest.mark.parametrize("kind", ["pairs", "concepts", "claims", "sentences", "articles", "triples"])
def test_pages_of_a_listing_hold_every_row_once(client: httpx.Client, kind: str) -> None:
    every = list(csv.DictReader(io.StringIO(client.get(f"/{kind}?format=csv").text)))
    size = 50
    path = (
        ".//tbody/tr"
        if kind in {"pairs", "concepts", "triples"}
        else ".//div[@class='results']/ul[last()]/li"
    )
    first = page(client, f"/{kind}?size={size}")
    number, _ = counts(first)
    assert len(every) == number > 0
    seen = []
    for at in range(1, min(-(-number // size), 4) + 1):
        seen += [words(one) for one in found(page(client, f"/{kind}?size={size}&page={at}"), path)]
    assert len(seen) == min(number, 4 * size)
    if kind == "concepts":
        for shown, row in zip(seen, every, strict=False):
            assert shown.startswith(f"{row['name']} {row['concept_id']}")
    page(client, f"/{kind}?size={size}&page={-(-number // size) + 1}", 400)


@pytest.mark.parametrize(
    ("kind", "sort"),
    [
        *itertools.product(["pairs"], ["grade", "articles", "association", "q", "newest", "name"]),
        *itertools.product(["concepts"], ["articles", "name", "newest"]),
        *itertools.product(["claims", "sentences", "articles"], ["newest", "oldest"]),
        *itertools.product(["triples"], ["articles", "lift", "q"]),
    ],
)
def test_every_order_is_an_order(client: httpx.Client, kind: str, sort: str) -> None:
    rows = client.get(f"/{kind}?format=json&sort={sort}").json()
    keys_of: dict[str, Callable[[dict[str, Any]], Any]] = {
        "articles": lambda one: -one["articles"],
        "association": lambda one: (one["log_odds_low"] is None, -(one["log_odds_low"] or 0)),
        "q": lambda one: (one["q_richness"] is None, one["q_richness"]),
        "lift": lambda one: -one["lift"],
        "oldest": lambda one: (one["retracted"], 0),
        "newest": lambda one: (one.get("retracted", False), 0),
        "name": lambda one: (one.get("name") or one["a_name"]).lower(),
        "grade": lambda one: ("strong", "moderate", "weak", "none").index(one["grade"]),
    }
    keys = [keys_of[sort](one) for one in rows]
    assert keys == sorted(keys)


def test_a_download_is_the_dataset(client: httpx.Client, snapshot: Snapshot) -> None:
    answer = client.get("/pairs?least=1&related=1&format=json")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''pairs.json"
    key = ("a_id", "b_id")
    rows = {tuple(one[name] for name in key): one for one in table(snapshot, "pairs")}
    got = answer.json()
    assert {tuple(one[name] for name in key): one for one in got} == rows
    assert len(got) == len(rows)
    lines = client.get("/pairs?least=1&related=1&format=csv").text.splitlines()
    assert len(lines) == len(rows) + 1


def test_a_sheet_holds_no_formula(client: httpx.Client) -> None:
    query = "SELECT '=1+1' AS a, '@x' AS b"
    plain = client.get("/sql", params={"query": query, "format": "csv"}).text
    safe = client.get("/sql", params={"query": query, "format": "sheet"}).text
    assert plain.splitlines()[1] == "=1+1,@x"
    assert safe.splitlines()[1] == "'=1+1,'@x"


def test_the_page_of_a_pair_has_the_numbers_of_its_row(client: httpx.Client, snapshot: Snapshot) -> None:
    (row,) = (
        one for one in table(snapshot, "pairs") if {one["a_id"], one["b_id"]} == {PSORIASIS, USTEKINUMAB}
    )
    root = page(client, PAIR)
    told = text(root)
    assert f"Mentioned together in {row['articles']} articles" in told
    assert f"Grade {row['grade']}" in told
    cells = [int(words(one)) for one in found(root, "//table[@class='square']/tbody//td")]
    assert cells == [
        row["articles"],
        row["articles_a"] - row["articles"],
        row["articles_b"] - row["articles"],
        row["articles_total"] - row["articles_a"] - row["articles_b"] + row["articles"],
    ]
    said = claims.claims_for(snapshot, PSORIASIS, USTEKINUMAB)
    for stance, heading in (("for", "For the leading claim"), ("hedged", "Held for possible")):
        number = sum(one["stance"] == stance for one in said)
        assert (f"{heading} {number} sentence" in told) == bool(number)
    places = frames.evidence(snapshot, PSORIASIS, USTEKINUMAB)
    assert f"All places {len(places)} of {len(places)}" in told
    shown = found(root, "//div[@class='results']//ul[contains(@class,'quotes')]/li")
    assert len(shown) == min(len(places), 25)
    for one, place in zip(shown, places, strict=False):
        assert f"/article/{place['pmid']}" in [link.get("href") for link in found(one, ".//a")]
        if place["text"] and len(place["text"]) < 200:
            assert place["text"] in " ".join(words(quote) for quote in found(one, ".//blockquote"))
        marks = {mark.get("class") for mark in found(one, ".//mark")}
        assert marks == {"disease", "drug"}


def test_only_what_is_nearly_everywhere_goes_with_others_by_construction(tmp_path: Path) -> None:
    texts = [Text(n, "IL-12 in psoriasis.") for n in range(1, 9)]
    texts += [Text(9, "IL-12 and p40 in psoriasis."), *(Text(n, "IL-12.") for n in range(10, 13))]
    held = make(tmp_path / "w", texts)
    with serving(held) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        for topic, said in (("COMENTION:IL-12", True), ("HGNC:5970", False)):
            told = text(page(client, f"/pair?a={PSORIASIS}&b={topic}"))
            assert "One of the two is of the topic of this corpus" in told
            assert ("one is in nearly every article: association is about 1" in told) is said


def test_evidence_can_be_narrowed_and_downloaded(client: httpx.Client, snapshot: Snapshot) -> None:
    places = frames.evidence(snapshot, PSORIASIS, USTEKINUMAB)
    root = page(client, PAIR)
    for level, (number, url) in facet(root, "Where").items():
        assert number == sum(one["level"] == level for one in places)
        assert url.endswith("#evidence")
        assert f"All places {number} of {len(places)}" in text(page(client, url))
    rows = client.get(f"/evidence?a={PSORIASIS}&b={USTEKINUMAB}&format=json").json()
    keys = ("pmid", "sentence", "level", "claim", "text")
    assert [[one[name] for name in keys] for one in rows] == [[one[name] for name in keys] for one in places]


def test_a_pair_by_names_leads_to_its_ids(client: httpx.Client) -> None:
    answer = client.get("/pair?a=ustekinumab&b=psoriasis")
    assert answer.status_code == 302
    assert answer.headers["location"] == pair_path(USTEKINUMAB, PSORIASIS)
    assert "psoriasis × ustekinumab" in text(page(client, answer.headers["location"]), "//h1")


@pytest.mark.parametrize(
    "chosen", ["from=2012&level=sentence", "q=psoriasis", "from=2012&q=psoriasis&page=1"]
)
def test_names_lead_to_ids_with_what_was_chosen(client: httpx.Client, chosen: str) -> None:
    answer = client.get(f"/pair?a=ustekinumab&{chosen}&b=psoriasis")
    assert answer.headers["location"] == f"{pair_path(USTEKINUMAB, PSORIASIS)}&{chosen}"
    assert "psoriasis × ustekinumab" in text(page(client, answer.headers["location"]), "//h1")
    answer = client.get("/concept?from=2012&name=psoriasis&species=human")
    assert answer.headers["location"] == f"{concept_path(PSORIASIS)}?from=2012&species=human"


def test_places_of_a_pair_are_searched_on_its_page(client: httpx.Client) -> None:
    path = f"/evidence?a={PSORIASIS}&b={USTEKINUMAB}&format=json"
    every = [set(folded(one["text"] or "")) for one in client.get(path).json()]
    some = {one for one in every[0] if one.isalpha() and not all(one in other for other in every)}
    word = max(sorted(some), key=len)  # no other begins so
    rows = client.get(f"{path}&q={word}").json()
    assert 0 < len(rows) < len(every)
    assert f"All places {len(rows)} of {len(every)}" in text(page(client, f"{PAIR}&q={word}"))
    for narrowed in (f"q={word}", "from=2015", "to=2015", f"from=2012&q={word}", "level=title", "from=2999"):
        root = page(client, f"/evidence?a={PSORIASIS}&b={USTEKINUMAB}&{narrowed}")
        assert counts(root) == (len(client.get(f"{path}&{narrowed}").json()), len(every)), narrowed


def test_the_page_of_a_concept(client: httpx.Client, snapshot: Snapshot) -> None:
    root = page(client, concept_path(PSORIASIS))
    (entity,) = (one for one in table(snapshot, "entities") if one["concept_id"] == PSORIASIS)
    assert f"Mentioned in {entity['articles']} of" in text(root)
    for kind, heading in (("drug", "Drugs"), ("cytokine", "Cytokines"), ("disease", "Diseases")):
        partners = [
            one
            for one in expected_pairs(snapshot)
            if PSORIASIS in (one["a_id"], one["b_id"])
            and (one["b_type"] if one["a_id"] == PSORIASIS else one["a_type"]) == kind
        ]
        told = [words(one) for one in found(root, f"//h3[@id='with-{kind}']")]
        assert told == ([f"{heading} {len(partners)}"] if partners else [])
    nodes = found(root, "//*[local-name()='svg' and @class='network']//*[contains(@class,'node')]")
    assert len(nodes) > 5
    assert PAIR in links(root) or pair_path(USTEKINUMAB, PSORIASIS) in links(root)


def test_partners_in_a_window_are_counted_anew(client: httpx.Client, snapshot: Snapshot) -> None:
    window = chosen(2012, 2020, None, ["human"], None)
    rows = focused.pairs_of(snapshot, window, PSORIASIS)
    kept = [one for one in rows if one["articles_independent"] >= 1 and one["relatedness"] != "ancestor"]
    root = page(client, concept_path(PSORIASIS) + "?from=2012&to=2020&species=human&least=1")
    assert "Window: 2012–2020, human" in text(root)
    shown = {
        str(found(one, ".//a")[0].get("href")): int(words(found(one, "./td[1]")[0]))
        for one in found(root, "//table[contains(@class,'pairs')]/tbody/tr")
    }
    expected = {pair_path(one["a_id"], one["b_id"]): one["articles"] for one in kept}
    assert len(shown) > 5
    assert shown.items() <= expected.items()


def test_all_partners_of_a_concept_are_as_many_as_its_page_says(client: httpx.Client) -> None:
    for chosen_, least in (("", []), ("?least=1", ["1"]), ("?least=2", ["2"])):
        root = page(client, concept_path(PSORIASIS) + chosen_)
        whole = found(root, "//p/a[starts-with(., 'All ') and starts-with(@href, '/pairs?')]")
        assert whole, chosen_
        for link in whole:
            assert parse_qs(urlsplit(str(link.get("href"))).query).get("least", []) == least
            number = int(words(link).removeprefix("All ").replace(",", ""))
            assert counts(page(client, str(link.get("href"))))[0] == number


def test_an_interval_without_an_end_is_drawn_open() -> None:
    closed = {"log_odds_low": -1.0, "log_odds": 1.0, "log_odds_high": 2.0}
    for end, bars in ((None, 2), ("log_odds_low", 1), ("log_odds_high", 1)):
        row = closed | ({end: None} if end else {})
        drawn = showing.whisker(row, showing.axis_of([closed, row]))
        assert drawn.count("v8") == bars, end


def test_what_a_title_says_is_linked_to_it(client: httpx.Client, snapshot: Snapshot) -> None:
    titles = {(one["pmid"], one["sentence"]) for one in table(snapshot, "sentences") if one["in_title"]}
    said = {one["pmid"] for one in counted(snapshot) if (one["pmid"], one["sentence"]) in titles}
    for pmid in sorted(said)[:5]:
        root = page(client, f"/article/{pmid}")
        ids = [str(one.get("id")) for one in found(root, "//*[@id]")]
        shown = found(root, "//li/a[starts-with(@href, '#s')]")
        for link in shown:
            place = str(link.get("href"))[1:]
            assert ids.count(place) == 1
            in_title = (pmid, int(place[1:])) in titles
            assert words(link) == ("title" if in_title else f"sentence {place[1:]}")
            assert bool(found(root, f"//h1//*[@id='{place}']")) == in_title
        assert "title" in map(words, shown)


def test_the_page_of_an_article_is_its_text(client: httpx.Client, snapshot: Snapshot) -> None:
    mentions = table(snapshot, "mentions")
    for article in table(snapshot, "articles")[:12]:
        root = page(client, f"/article/{article['pmid']}")
        assert text(root, "//h1") == " ".join(article["title"].split())
        sentences = [one for one in table(snapshot, "sentences") if one["pmid"] == article["pmid"]]
        shown = [words(one) for one in found(root, "//p[@class='sentence']")]
        assert shown == [" ".join(one["text"].split()) for one in sentences if not one["in_title"]]
        named = {one["concept_id"] for one in mentions if one["pmid"] == article["pmid"]}
        linked = {one for one in named if not one.startswith("text:")}
        assert {concept_path(one) for one in linked} <= set(links(root))


def test_cells_have_a_listing(client: httpx.Client, snapshot: Snapshot) -> None:
    (url,) = {one for one in links(page(client, "/")) if one.startswith("/pairs?types=cell")}
    cells = [one for one in expected_pairs(snapshot) if "cell" in (one["a_type"], one["b_type"])]
    root = page(client, url)
    assert counts(root)[0] == len(cells) > 0
    assert text(root, "//a[@aria-current='page']") == "Cells × cytokines"


def counted(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the claims that say something, and count."""
    return [one for one in table(snapshot, "claims") if one["claim"] != "none" and one["score"] >= SURE]


def test_claims_are_those_that_say_something(client: httpx.Client, snapshot: Snapshot) -> None:
    said = counted(snapshot)
    root = page(client, "/claims?claim=treats&claim=causes")
    wanted = [one for one in said if one["claim"] in {"treats", "causes"}]
    assert counts(root) == (len(wanted), len(said))
    assert "Claim: treats ✕" in text(root, "//ul[@class='chips']")


def test_claims_that_do_not_count_are_shown_nowhere(tmp_path: Path) -> None:
    texts = [Text(n, "IL-12 in psoriasis.", "IL-12 and ustekinumab in asthma.") for n in range(1, 25)]
    held = make(tmp_path / "w", texts, said=lambda rows: by_chance(rows, (0.39, 0.4, 0.9)))
    said, key_of = counted(held), itemgetter("a_id", "b_id", "pmid", "sentence")
    assert {round(one["score"], 2) for one in said} == {0.4, 0.9}
    assert len([one for one in table(held, "claims") if one["claim"] != "none"]) > len(said)
    with serving(held) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        assert counts(page(client, "/claims")) == (len(said), len(said))
        for words_, wanted in (("", said), ("&q=asthma", [one for one in said if one["sentence"] == 1])):
            rows = client.get(f"/claims?format=json{words_}").json()
            assert {key_of(one) for one in rows} == {key_of(one) for one in wanted}, words_
        for one in texts:
            shown = found(page(client, f"/article/{one.pmid}"), "//li[a[starts-with(@href, '#s')]]")
            assert len(shown) == sum(claim["pmid"] == one.pmid for claim in said)


def test_the_report_is_still_there(client: httpx.Client) -> None:
    answer = client.get("/report", follow_redirects=True)
    assert answer.status_code == 200
    assert "What is mentioned with" in answer.text
    name = next(one for one in links(page(client, "/report/")) if one.endswith("pairs.csv"))
    assert client.get(f"/report/{name}").text.startswith('"a_id"')
    for path in (
        "/report/%2e%2e/%2e%2e/etc/passwd",
        "/report/index-tables",
        "/report/%00",
    ):
        assert client.get(path).status_code in {400, 404}, path


@pytest.mark.parametrize(
    ("types", "claim", "direction", "turned"),
    [
        (("cell", "cytokine"), "made_by", "ab", True),
        (("cell", "cytokine"), "acts_on", "ba", True),
        (("cell", "cytokine"), "associated", None, False),
        (("cytokine", "cytokine"), "raises", "ab", False),
        (("cytokine", "cytokine"), "raises", "ba", True),
        (("cytokine", "disease"), "raised_in", None, False),
        (("cytokine", "disease"), "promotes", "ab", False),
        (("cytokine", "drug"), "lowers", "ba", True),
        (("disease", "drug"), "treats", "ba", True),
        (("disease", "drug"), "studied", None, True),
    ],
)
def test_a_claim_names_its_subject_first(
    types: tuple[str, str], claim: str, direction: str | None, turned: bool
) -> None:
    assert claims.is_turned({"a_type": types[0], "claim": claim, "direction": direction}) == turned


def test_a_cytokine_is_made_by_a_cell_and_acts_on_one(client: httpx.Client, snapshot: Snapshot) -> None:
    names = {one["concept_id"]: one["name"] for one in table(snapshot, "concepts")}
    said = [one for one in counted(snapshot) if one["claim"] in {"made_by", "acts_on"}]
    assert {one["claim"] for one in said} == {"made_by", "acts_on"}
    for one in said:
        told = f"{names[one['b_id']]} {one['claim'].replace('_', ' ')}"
        hedged = " hedged" if one["certainty"] == "hedged" else ""
        for path in (f"/article/{one['pmid']}", f"/claims?claim={one['claim']}&with={one['b_id']}&size=100"):
            assert f"{told}{hedged} {names[one['a_id']]} ·" in text(page(client, path)), path


@pytest.mark.parametrize(
    "path", ["/pairs?", "/pairs?types=disease–drug&", "/pairs?grade=strong&grade=moderate&"]
)
def test_what_is_left_out_is_counted_under_the_same_filters(client: httpx.Client, path: str) -> None:
    told = text(page(client, path), "//div[@class='results']")
    now = counts(page(client, path))[0]

    def left_out(words_of: str) -> int:
        number = re.search(rf"([\d,]+) pairs? {words_of}", told)
        return int(number[1].replace(",", "")) if number else 0

    related = left_out("of a concept and one above it")
    assert counts(page(client, path + "related=1"))[0] == now + related
    chip = found(
        page(client, path + "related=1"), "//ul[@class='chips']//a[contains(., 'with broader concepts')]"
    )
    assert [str(one.get("href")).count("related") for one in chip] == [0]
    assert "with broader concepts" not in told
    rarer = left_out("in fewer independent articles")
    assert counts(page(client, path + "related=1&least=1"))[0] == now + related + rarer
    assert bool(rarer) == ("grade" not in path)


def test_a_claim_that_leads_is_not_called_what_most_claim(tmp_path: Path) -> None:
    pair = {"a_id": PSORIASIS, "b_id": USTEKINUMAB, "sentence": 0, "method": "model", "score": 0.9}
    said = {1: "studied", 2: "studied", 3: "studied", 4: "treats"}
    rows = [pair | {"pmid": pmid, "claim": word, "certainty": "stated"} for pmid, word in said.items()]
    texts = [Text(n, "ustekinumab for psoriasis.") for n in said]
    held = make(tmp_path / "w", texts, said=lambda _mentions: rows)
    with serving(held) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        told = text(page(client, PAIR), "//p[@class='answer']")
        assert "leading claim: treats (1 of 4 articles)" in told
        assert "most" not in told
        assert "leading claim" in text(page(client, "/help"), "//*[@id='claim']/..")
