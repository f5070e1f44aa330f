from __future__ import annotations

import dataclasses
import random
import re
import shutil
import time
from pathlib import Path

import pytest
from lxml import html

from comention.errors import MalformedError, UsageError
from comention.report.evidence import Side, proofs
from comention.report.page import gather, write_page
from comention.snapshots.snapshot import latest
from comention.snapshots.tables import opened
from tests.report import snapshots
from tests.report.pages import found, has_one_script_known_by_its_hash, listed, words, written
from tests.report.snapshots import LEXICON, NAMES, TEXTS, TOPIC, Text, make, many, table

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    """The page of TEXTS; nobody changes it."""
    workdir = tmp_path_factory.mktemp("page")
    make(workdir, TEXTS)
    return written(workdir)


def test_the_answer_has_four_numbers(page: html.HtmlElement) -> None:
    (answer,) = found(page, "//*[@id='answer']")
    assert words(answer) == (
        "In 5 articles that mention interleukin-12, the disease mentioned with it most is "
        "psoriasis (4 articles), the drug ustekinumab (2) and the cytokine interferon-γ (3)."
    )
    assert [words(strong) for strong in found(answer, ".//strong")] == ["5", "4", "2", "3"]


def test_the_ranked_tables_count_an_article_once_for_all_concepts_of_the_topic(
    page: html.HtmlElement,
) -> None:
    assert listed(page, "disease") == [
        ["psoriasis", "4", "3", "2010–2012", "IL-12 p40 (3, 1.50)", "", "none", "only mentioned"],
        ["asthma", "1", "0", "2016", "interleukin-12 (1, 1.00)", "", "none", "only mentioned"],
    ]
    assert listed(page, "drug") == [
        ["ustekinumab", "2", "1", "2012", "IL-12 p40 (1, 1.00)", "", "none", "only mentioned"]
    ]
    assert listed(page, "cytokine") == [
        ["interferon-γ", "3", "0", "2010–2012", "IL-12 p40 (2, 1.33)", "", "none", "only mentioned"],
        ["interleukin-23", "1", "0", "2016", "interleukin-12 (1, 1.00)", "", "none", "only mentioned"],
    ]
    bars = [bar.get("style") for bar in found(page, "//span[@class='bar']/i")]
    assert bars == ["--w:100.0%", "--w:25.0%", "--w:100.0%", "--w:100.0%", "--w:33.3%"]


def test_the_pairs_outside_the_topic(page: html.HtmlElement) -> None:
    assert listed(page, "pairs") == [
        [
            "interferon-γ (cytokine) with psoriasis (disease)",
            "3",
            "2.00",
            "1.50",
            "0.20 or more",
            "0.60",
            "0.77",
            "none",
            "only mentioned",
            "2010–2012",
        ]
    ]
    (says,) = found(page, "(//*[@id='pairs']/following::details[@class='says'])[1]")
    assert "over all 6 possible pairs" in words(says)  # of the 4 concepts in three articles or more
    (limits,) = found(page, "//section[@aria-labelledby='limits']")
    assert "0 have q of 0.05 or less" in words(limits)
    (whisker,) = found(page, "//table[contains(@class, 'outside')]//*[@class='whisker']")
    assert whisker.get("aria-label") == "log odds 2.46, 95 % interval −1.59 or more"


def test_the_triples(page: html.HtmlElement) -> None:
    assert listed(page, "triples") == [
        ["psoriasis", "ustekinumab", "interferon-γ", "2", "0", "2.00", "1.00", "2012"]
    ]
    quotes = found(page, "//*[@id='triple-1']//li")
    assert [words(found(quote, ".//blockquote")[0]) for quote in quotes] == [
        "psoriasis and IFN-γ wane.",
        "ustekinumab in psoriasis.",
    ]
    assert "not all in one sentence" in words(quotes[0])


def test_a_drawer_has_the_four_counts_and_the_best_sentences(page: html.HtmlElement) -> None:
    (drawer,) = found(page, "//*[@id='disease-1']/parent::details")
    assert words(found(drawer, "summary")[0]) == "Evidence: psoriasis mentioned with interleukin-12"
    cells = [words(cell) for cell in found(drawer, ".//table//tbody//td")]
    assert cells == ["4", "0", "1", "1"]
    assert (
        "Of 4 articles with both: 4 independent, 2 in the title, 0 negated, 1 review, 1 retracted; "
        "studied in people 0, in animals 0, in vitro 0. "
        "3 sentences with both."
    ) in words(drawer)
    assert words(found(drawer, ".//figcaption")[0]) == "Articles with both by year (1 without a year)"
    assert (
        found(drawer, ".//*[@class='spark']")[0].get("aria-label")
        == "Articles by year, 2010–2012: most in 2012 (2)"
    )
    quotes = [
        ([words(q) for q in found(item, "blockquote")], words(found(item, "p")[0]))
        for item in found(drawer, ".//li")
    ]
    assert quotes == [
        (["IL-12 in psoriasis."], "PMID 1 · 2010 · title"),
        (["IL-12 and p40 rise in psoriasis."], "PMID 1 · 2010 · results"),
        (
            ["ustekinumab blocks p40.", "psoriasis and IFN-γ wane."],
            "PMID 2 · 2012 · results · same article, not the same sentence",
        ),
        (
            ["IL-12 again.", "ustekinumab in psoriasis."],
            "PMID 4 · year unknown · title / results · same article, not the same sentence",
        ),
        (["p40 and psoriasis."], "PMID 3 · 2012 · title · retracted article"),
    ]
    marks = [(mark.get("class"), mark.text) for mark in found(drawer, "(.//li)[2]//mark")]
    assert marks == [("cytokine", "IL-12"), ("cytokine", "p40"), ("disease", "psoriasis")]


def test_articles_of_the_sample_have_no_link(page: html.HtmlElement) -> None:
    (drawer,) = found(page, "//*[@id='disease-2']")
    assert "synthetic, no. 99000006 · 2016" in words(drawer)
    assert found(drawer, ".//a") == []
    links = {a.get("href") for a in found(page, "//li//p[@class='source']//a")}
    assert links == {f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" for pmid in (1, 2, 3, 4, 5)}
    assert "1 of 6 articles is synthetic" in words(found(page, "//*[@class='notice']")[0])


def test_where_the_numbers_come_from(tmp_path: Path) -> None:
    ledger = {
        "expected": 12, "fetched": 11, "missing": 1, "parsed": 10, "rejected": 1, "books": 1, "superseded": 1,
        "off_topic": 2, "kept": 6, "articles": 6, "deleted": 3, "retracted": 1,
        "inputs": ["/secret/place/a.xml.gz", "b.xml"],
    }  # fmt: skip
    make(tmp_path, TEXTS, ledger=ledger)
    page = written(tmp_path)
    sources = found(page, "//section[@aria-labelledby='method']//tbody/tr")
    assert [[words(cell) for cell in row] for row in sources] == [["A vocabulary", "2024", "CC0 1.0"]]
    text = words(page)
    for sentence in (
        "12 citations expected from local files, 11 received: 1 citation did not come.",
        "10 read: 1 could not be read (each is kept with its reason).",
        "Of those read: 1 book citation (counted, not kept), 1 replaced by a later version, "
        "2 outside the topic and 6 kept.",
        "The corpus held 6 articles after the run. PubMed's deletion lists named 3 PMIDs. "
        "1 of the kept is retracted.",
        "(2026-01-02 03:04 UTC; 2 files: a.xml.gz, b.xml)",
        "2026-01-02 03:04 UTC, run 20260102T030405Z-abcd",
        "interleukin-12 COMENTION:IL-12 or IL-12 p40 HGNC:5970",
        "annotator fast, fingerprint f00d; lexicon of 1,234 names, fingerprint beef",
        "comention 9.8.7, python 3.11.7",
        "il12[tiab]",
        "Courtesy of the U.S. National Library of Medicine.",
        "5 of 6 articles mention interleukin-12; lift and interval compare these with the others.",
        "1 article of this corpus is retracted",
        "1 article is a review",
    ):
        assert sentence in text
    assert "secret" not in text


def test_a_companion_is_the_surest_pair_outside_the_topic(tmp_path: Path) -> None:
    texts = [Text(i, "IL-12, asthma, IL-23 and p40.") for i in range(1, 9)]
    texts += [Text(i, "IL-12 in psoriasis.") for i in range(9, 30)]
    make(tmp_path, texts)
    page = written(tmp_path)
    assert listed(page, "disease") == [
        ["psoriasis", "21", "21", "2020", "nothing clear", "", "", "only mentioned"],
        ["asthma", "8", "8", "2020", "interleukin-23 (8, 3.62)", "", "none", "only mentioned"],
    ]
    assert found(page, "//table[contains(@class, 'with')]//a[@href='#pair-1']")
    assert found(page, "//details/div[@id='pair-1']")


def test_pairs_seen_often_come_before_pairs_seen_seldom(tmp_path: Path) -> None:
    named = ["asthma with IL-23."] * 3 + ["psoriasis with ustekinumab."] * 20 + ["psoriasis.", "ustekinumab."]
    make(tmp_path, [Text(i, title) for i, title in enumerate(named + ["IL-12."] * 35, start=1)])
    assert [row[0:2] + row[4:5] for row in listed(written(tmp_path), "pairs")] == [
        ["psoriasis (disease) with ustekinumab (drug)", "20", "36.6–32,130"],
        ["interleukin-23 (cytokine) with asthma (disease)", "3", "15.5 or more"],
    ]


def test_hostile_text_is_text(tmp_path: Path) -> None:
    evil = "<script>alert('1')</script>"
    names = {
        **NAMES,
        "EVIL<b>&amp;": ("MESH:<i>", f"{evil}\" onload='x'", "disease"),
        "x" * 5000: ("MESH:X", "</bdi></style>", "drug"),
    }
    sentence = "🧬 👩‍🔬 \u202eلا\u202c <img src=x onerror=alert(1)> \"IL-12\" & 'EVIL<b>&amp;' </script>."
    text = Text(7, f"{evil} p40 𝛾.", f"{sentence} {'x' * 5000} with IL-12.")
    topic = {"name": f"{evil}]]>", "query": f"</pre>{evil}", "mesh": [evil]}
    make(tmp_path, [text], names=names, topic=topic, ledger={"inputs": [evil]})
    page = written(tmp_path)
    has_one_script_known_by_its_hash(page)
    assert not found(page, "//img | //b[not(parent::span[@class='bar'])]")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    (quote,) = found(page, "//*[@id='disease-1']//li")
    (block,) = found(quote, "blockquote")
    assert block.text_content() == sentence
    assert [(m.get("class"), m.text) for m in found(block, "mark")] == [
        ("cytokine", "IL-12"),
        ("disease", "EVIL<b>&amp;"),
    ]
    assert listed(page, "disease")[0][0] == f"{evil}\" onload='x'"
    assert listed(page, "drug")[0][0] == "</bdi></style>"
    (long,) = found(page, "//*[@id='drug-1']//mark[@class='drug']")
    assert re.fullmatch("x{160} … x{160}", long.text or "")
    assert words(found(page, "//h1")[0]) == f"What is mentioned with {evil}]]>"


def test_the_same_snapshot_gives_the_same_bytes(tmp_path: Path) -> None:
    texts = many(40, seed=1)
    for name in ("one", "other [a-z]* é"):
        make(tmp_path / name, texts, names=LEXICON)
        write_page(latest(tmp_path / name), tmp_path / name / "report.html")
    shuffled = random.Random(2).sample(texts, len(texts))
    make(tmp_path / "third", shuffled, names=LEXICON)
    write_page(latest(tmp_path / "third"), tmp_path / "third" / "report.html")
    pages = {path.read_bytes() for path in tmp_path.glob("*/report.html")}
    assert len(pages) == 1
    assert str(tmp_path).encode() not in pages.pop()


def test_an_empty_corpus_is_a_page_that_says_so(tmp_path: Path) -> None:
    make(tmp_path, [])
    page = written(tmp_path)
    assert "This snapshot holds no article" in words(found(page, "//*[@id='answer']")[0])
    assert "No disease is mentioned with interleukin-12 in this corpus." in words(page)
    assert not found(page, "//*[@class='proof']")


@pytest.mark.parametrize(
    ("texts", "topic", "answer"),
    [
        ([Text(1, "asthma.")], None, "None of 1 article mentions interleukin-12 by a name"),
        ([Text(1, "IL-12.")], None, "1 of 1 article mention interleukin-12, and none of them"),
        ([Text(1, "IL-12.")], {"concepts": ()}, "1 article was read, and no concept is named as the topic"),
        (
            [Text(1, "IL-12 with ustekinumab.", year=None)],
            None,
            "In 1 article that mentions interleukin-12, the drug mentioned with it most is "
            "ustekinumab (1 article).",
        ),
    ],
)
def test_a_corpus_with_little_in_it(
    tmp_path: Path, texts: list[Text], topic: dict[str, object] | None, answer: str
) -> None:
    make(tmp_path, texts, topic=topic)
    assert answer in words(found(written(tmp_path), "//*[@id='answer']")[0])


def test_nothing_is_asked_of_anybody(page: html.HtmlElement) -> None:
    has_one_script_known_by_its_hash(page)
    assert not found(page, "//link | //iframe | //object | //embed | //img | //base")
    assert [dict(form.attrib) for form in found(page, "//form")] == [
        {"id": "filter", "hidden": "", "aria-label": "Filter every view of this page"}
    ]
    assert not page.xpath("//@src | //@srcset | //@action | //@poster | //@background")
    for link in found(page, "//*[@href]"):
        assert link.tag == "a"
        assert re.fullmatch(
            r"#[\w-]+|report-tables/\w+\.(csv|parquet)|https://pubmed\.ncbi\.nlm\.nih\.gov/\d+/",
            str(link.get("href")),
        )
    styles = "".join(words(style) for style in found(page, "//style"))
    assert not re.search(r"url\(|@import|https?:", styles)
    (policy,) = found(page, "//meta[@http-equiv='Content-Security-Policy']")
    assert str(policy.get("content")).startswith(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha"
    )


def test_a_screen_reader_finds_its_way(page: html.HtmlElement) -> None:
    ids = [str(element.get("id")) for element in found(page, "//*[@id]")]
    assert len(ids) == len(set(ids))
    targets = {str(a.get("href"))[1:] for a in found(page, "//a[starts-with(@href, '#')]")}
    assert targets <= set(ids)
    assert {section.get("aria-labelledby") for section in found(page, "//section")} <= set(ids)
    assert [h.tag for h in found(page, "//h1")] == ["h1"]
    for each in found(page, "//table"):
        assert found(each, "./caption")
        assert all(th.get("scope") in {"row", "col"} for th in found(each, ".//th"))
    assert all(svg.get("aria-label") or svg.get("aria-hidden") == "true" for svg in found(page, "//svg"))
    assert page.get("lang") == "en"


def test_it_never_says_that_two_interact(page: html.HtmlElement) -> None:
    assert "interact" not in words(page).casefold()


def test_every_pair_that_is_listed_has_a_drawer(tmp_path: Path) -> None:
    make(tmp_path, many(200, seed=3), names=LEXICON)
    page = written(tmp_path)
    for row in found(page, "//tr[@class='item'][not(ancestor::template)]"):
        following = row.getnext()
        assert following is not None
        assert following.get("class") == "drawer"
        assert found(following, ".//details//blockquote")
    assert len(listed(page, "disease")) == 15
    assert len(listed(page, "pairs")) == 25
    assert len(listed(page, "triples")) == 20


def test_drawers_agree_with_pairs_and_trends(tmp_path: Path) -> None:
    texts = [
        dataclasses.replace(one, story=one.pmid // 3 + 1, denied=one.pmid % 5 == 0)
        for one in many(60, seed=4)
    ]
    snapshot = make(tmp_path, texts, names=LEXICON)
    trends: dict[tuple[str, str], dict[int, int]] = {}
    for row in table(snapshot, "trends"):
        trends.setdefault((row["a_id"], row["b_id"]), {})[row["year"]] = row["articles"]
    pairs = table(snapshot, "pairs")
    sides = [
        tuple(Side((row[f"{s}_id"],), row[f"{s}_name"], row[f"{s}_type"], row[f"articles_{s}"]) for s in "ab")
        for row in pairs
    ]
    with opened(snapshot) as connection:
        drawers = proofs(connection, [(a, b) for a, b in sides], 60)
    assert len(drawers) > 100
    for row, drawer in zip(pairs, drawers, strict=True):
        assert (drawer.tally.articles, drawer.tally.sentences, drawer.tally.titles) == (
            row["articles"],
            row["sentences"],
            row["titles"],
        )
        assert (drawer.tally.independent, drawer.tally.negated) == (
            row["articles_independent"],
            row["articles_negated"],
        )
        assert drawer.tally.retracted == row["articles"] - row["articles_not_retracted"]
        assert drawer.tally.reviews == row["articles"] - row["articles_not_review"]
        assert drawer.years == trends.get((row["a_id"], row["b_id"]), {})
        assert sum(drawer.cells) == 60
        assert len({quote.pmid for quote in drawer.quotes}) >= min(row["articles"], 1)


@pytest.mark.parametrize("focus", [(), ("MESH:D011565",)])
def test_every_link_within_the_page_has_one_end(tmp_path: Path, focus: tuple[str, ...]) -> None:
    make(tmp_path, many(120, seed=7), names=LEXICON)
    write_page(latest(tmp_path), tmp_path / "report.html", focus=focus)
    page = html.fromstring((tmp_path / "report.html").read_bytes())
    by_id = {str(element.get("id")): element for element in found(page, "//*[@id]")}
    assert len(by_id) == len(found(page, "//*[@id]"))
    ends = {str(a.get("href"))[1:] for a in found(page, "//*[starts-with(@href, '#')]")}
    assert len(ends) > 100
    assert ends <= by_id.keys()
    for cell in found(page, "//table[@class='heat']//td/a"):
        proof = by_id[str(cell.get("href"))[1:]]
        count = words(found(cell, "./span[@data-count]")[0])
        assert words(found(proof, ".//td[contains(@class, 'both')]")[0]) == count


def test_all_can_be_read_without_a_script(tmp_path: Path) -> None:
    make(tmp_path, many(60, seed=7), names=LEXICON)
    page = written(tmp_path)
    (script,) = found(page, "//script")
    script.drop_tree()
    hidden = found(page, "//*[@hidden]")
    assert [element.get("id") for element in hidden] == ["filter"]
    for template in found(page, "//template"):
        template.drop_tree()
    proofs_shown = found(page, "//details/div[@class='proof']")
    assert len(proofs_shown) == len(found(page, "//div[@class='proof']")) > 100
    for proof in proofs_shown:
        assert found(proof, ".//blockquote")
        assert found(proof, "./preceding-sibling::summary")
    for says in found(page, "//details[@class='says']"):
        assert len(found(says, ".//dd")) == len(found(says, ".//dt")) > 3


@pytest.mark.parametrize(
    "articles", [pytest.param(800, marks=pytest.mark.slow), pytest.param(5000, marks=pytest.mark.soak)]
)
def test_the_page_of_a_rich_corpus_stays_below_its_limit(tmp_path: Path, articles: int) -> None:
    make(tmp_path, many(articles, seed=5, filler=60), names=LEXICON)
    path = tmp_path / "report.html"
    began = time.monotonic()
    write_page(latest(tmp_path), path)
    print(f"{path.stat().st_size:,} bytes in {time.monotonic() - began:.1f} s")  # noqa: T201 - told with -s
    assert 300_000 < path.stat().st_size < 15_000_000


def test_a_snapshot_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="make one with `comention run"):
        write_page(latest(tmp_path), tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_damaged_dataset_is_named(tmp_path: Path) -> None:
    snapshot = make(tmp_path, TEXTS)
    (snapshot.path / "evidence.parquet").write_bytes(b"PAR1 no longer")
    with pytest.raises(MalformedError, match=r"evidence\.parquet is damaged"):
        write_page(latest(tmp_path), tmp_path / "report.html")
    assert not (tmp_path / "report.html").exists()


def test_a_dataset_without_its_columns_is_named(tmp_path: Path) -> None:
    snapshot = make(tmp_path, TEXTS)
    shutil.copy(snapshot.path / "trends.parquet", snapshot.path / "evidence.parquet")
    files = {**snapshot.manifest.datasets, "evidence": snapshot.manifest.datasets["trends"]}
    manifest = snapshot.manifest.model_copy(update={"datasets": files})
    snapshot = dataclasses.replace(snapshot, manifest=manifest)
    with (
        pytest.raises(MalformedError, match=r"evidence\.parquet has no column a_end, "),
        opened(snapshot),
    ):
        pass


def test_gathering_leaves_numbers_as_numbers(tmp_path: Path) -> None:
    page = gather(make(tmp_path, TEXTS))
    assert page.topic == Side(TOPIC, "interleukin-12", "cytokine", 5)
    assert (page.corpus.articles, page.corpus.reviews, page.corpus.retracted, page.corpus.synthetic) == (
        6,
        1,
        1,
        1,
    )
    assert page.corpus.mentions == page.corpus.linked == len(table(make(tmp_path, TEXTS), "mentions"))


def test_the_module_that_makes_snapshots_makes_what_it_says(tmp_path: Path) -> None:
    snapshot = make(tmp_path, TEXTS)
    texts = {text.pmid: text.title + (f" {text.abstract}" if text.abstract else "") for text in TEXTS}
    for row in table(snapshot, "mentions"):
        assert texts[row["pmid"]][row["start"] : row["end"]] == row["text"]
    for row in table(snapshot, "sentences"):
        assert texts[row["pmid"]][row["start"] : row["end"]] == row["text"]
    assert snapshot.manifest.run_id == snapshots.RUN_ID
