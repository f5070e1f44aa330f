// What the page holds beside what it shows: pairs as numbers, and the places where pairs were read.
"use strict";
const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
};

// Numbers as the page writes them elsewhere.
const wording = (() => {
  const fixed = (value, digits) => {  // a half goes to the even digit, as in the rows of the page
    const scaled = value * 10 ** digits;
    const low = Math.floor(scaled);
    return scaled - low === 0.5 && low % 2 === 0 ? (low / 10 ** digits).toFixed(digits) : value.toFixed(digits);
  };
  const grouped = (text) => text.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
  const number = (value) => grouped(String(value));
  const decimal = (value, digits) => {
    const text = grouped(fixed(Math.abs(value), digits));
    return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
  };
  const pValue = (value) => {
    if (value <= 0) return "< 10⁻³⁰⁰";
    if (value >= 0.001) return value < 0.995 ? value.toPrecision(2) : "1";
    const [mantissa, exponent] = value.toExponential(1).split("e");
    const raised = String(Number(exponent)).replace(/[-\d]/g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]);
    return `${mantissa} × 10${raised}`;
  };
  const ratio = (value) => (value <= 0 || value >= 0.095 ? decimal(value, value >= 100 ? 0 : value >= 10 ? 1 : 2) : pValue(value));
  const odds = (log) => {
    const times = Math.exp(Math.min(Math.abs(log), 500));
    return (log < 0 ? "÷ " : "× ") + (times >= 10 ? grouped(fixed(times, 0)) : fixed(times, 1).replace(/\.0$/, ""));
  };
  const oddsSpan = (low, high) => {
    const [from, to] = [low, high].map((end) => (end === null ? null : ratio(Math.exp(Math.min(end, 500)))));
    if (from === null) return to === null ? "–" : `${to} or less`;
    return to === null ? `${from} or more` : `${from}–${to}`;
  };
  const span = (low, high) => {
    if (low === null && high === null) return "–";
    if (low === null || high === null) return `${decimal(low ?? high, 2)} or ${low === null ? "less" : "more"}`;
    return `${decimal(low, 2)} to ${decimal(high, 2)}`;
  };
  const brief = (claims) => (/(^|· )mentioned \d+$/.test(claims) ? claims.replace(/( · |^)mentioned \d+$/, "") || "only mentioned" : claims);
  const counted = (value, noun) => `${number(value)} ${value === 1 ? noun : `${noun}s`}`;
  return { brief, counted, decimal, number, odds, oddsSpan, pValue, ratio, span };
})();

const held = (() => {
  const box = document.getElementById("held");
  const data = box ? JSON.parse(box.content.textContent) : { pairs: [], proofs: [] };
  const PAGE = 5;  // places of one page
  const SYNTHETIC = 99000000;
  const since = { year: null };  // the year from which the filter counts
  const proofOf = new Map();
  data.proofs.forEach(([one, other], n) => {
    if (one.length === 1 && other.length === 1 && !proofOf.has(`${one}-${other}`)) proofOf.set(`${one}-${other}`, n).set(`${other}-${one}`, n);
  });
  const typeOf = (concept) => data.types[data.concepts[concept][1]];
  const draw = (markup) => {  // made of numbers alone
    const drawn = new DOMParser().parseFromString(`<svg xmlns="http://www.w3.org/2000/svg" ${markup}</svg>`, "image/svg+xml");
    return document.importNode(drawn.documentElement, true);
  };

  const sentence = (text, marked) => {
    const quote = make("blockquote", { dir: "auto" });
    const pieces = data.texts[text];
    pieces.forEach((piece, n) => {
      if (typeof piece === "number") return;
      const concept = pieces[n + 1];
      if (typeof concept === "number" && marked.has(concept)) {
        quote.append(make("mark", { class: typeOf(concept), title: typeOf(concept) }, piece));
      } else quote.append(piece);
    });
    return quote;
  };
  const placeOf = ([article, section, claim, setting, flags, ...texts]) => {
    const [pmid, year, retracted] = data.articles[article];
    const word = (n) => data.words[n];
    return {
      pmid, year, retracted: retracted === 1, section: word(section), claim: word(claim), setting: word(setting),
      shared: (flags & 1) === 1, negated: (flags & 2) === 2, texts,
    };
  };
  const item = (place, marked) => {
    const source = make("p", { class: "source" },
      place.pmid >= SYNTHETIC ? `synthetic, no. ${place.pmid}`
        : make("a", { href: `https://pubmed.ncbi.nlm.nih.gov/${place.pmid}/`, rel: "noopener noreferrer" }, `PMID ${place.pmid}`),
      ` · ${place.year ?? "year unknown"} · `, make("bdi", {}, place.section));
    if (!place.shared) source.append(" · same article, not the same sentence");
    if (place.setting) source.append(` · ${place.setting}`);
    if (place.claim) source.append(" · ", make("span", { class: "claim" }, place.claim));
    if (place.negated) source.append(" · ", make("span", { class: "flag" }, "under a negation"));
    if (place.retracted) source.append(" · ", make("span", { class: "flag retracted" }, "retracted article"));
    return make("li", {}, ...place.texts.map((text) => sentence(text, marked)), source);
  };

  // All places of a pair in its drawer, a page at a time; what the page shows without a script is replaced.
  const fill = (proof) => {
    if (proof.dataset.filled !== undefined || !proof.dataset.held) return;
    const [one, other, total, rows] = data.proofs[Number(proof.dataset.held)] || [[], [], 0, []];
    if (!rows.length) return;
    proof.dataset.filled = "";
    const marked = new Set([...one, ...other]);
    const places = rows.map(placeOf);
    const list = make("ul", { class: "quotes" });
    const told = make("span", { role: "status" });
    const chosen = { section: "", claim: "", setting: "", page: 0 };
    const facets = [["section", "Section of the abstract", "every section"], ["claim", "Claim of the sentence", "every claim"], ["setting", "Kind of study", "every kind of study"]];
    const turn = (by) => make("button", { type: "button", onclick: () => { chosen.page += by; show(); list.querySelector("a")?.focus({ preventScroll: true }); } }, by < 0 ? "Previous" : "Next");
    const [back, on] = [turn(-1), turn(1)];
    const show = () => {
      const kept = places.filter((place) => (since.year === null || (place.year ?? 0) >= since.year)
        && facets.every(([name]) => chosen[name] === "" || place[name] === chosen[name]));
      const last = Math.max(Math.ceil(kept.length / PAGE) - 1, 0);
      chosen.page = Math.min(Math.max(chosen.page, 0), last);
      const from = chosen.page * PAGE;
      const page = kept.slice(from, from + PAGE);
      list.replaceChildren(...page.map((place) => item(place, marked)));
      const all = kept.length < places.length ? `${wording.number(kept.length)} chosen of ${wording.counted(total, "place")}` : wording.counted(total, "place");
      told.textContent = kept.length ? `${from + 1}–${from + page.length} of ${all}` : `None of ${wording.counted(total, "place")} is chosen`;
      back.disabled = chosen.page === 0;
      on.disabled = chosen.page === last;
      for (const button of [back, on]) button.hidden = last === 0;
    };
    const selects = facets.flatMap(([name, label, every]) => {
      const values = [...new Set(places.map((place) => place[name]))].filter(Boolean).sort();
      if (values.length < (name === "section" ? 2 : 1)) return [];
      return [make("select", { "aria-label": label, onchange: (event) => { chosen[name] = event.target.value; chosen.page = 0; show(); } },
        make("option", { value: "" }, every), ...values.map((value) => make("option", { value }, value)))];
    });
    for (const old of proof.querySelectorAll(":scope > .quotes, :scope > .beyond")) old.remove();
    const rest = rows.length < total ? [make("p", { class: "beyond quiet" }, `This page holds ${wording.number(rows.length)} of ${wording.counted(total, "place")}; ${proof.dataset.shown ?? "all"}: `, make("code", {}, proof.dataset.command))] : [];
    const parts = [make("p", { class: "tools" }, ...selects), list, make("p", { class: "turn quiet" }, back, on, " ", told), ...rest];
    const narrower = proof.querySelector(":scope > .narrower");
    if (narrower) narrower.before(...parts); else proof.append(...parts);
    proof.addEventListener("since", show);
    show();
  };

  // A row of the table of pairs that the page holds as numbers.
  const yearsOf = (text) => text.split(" ").filter(Boolean).map((part) => part.split(":").map(Number));
  const whisker = (low, middle, high, [start, end]) => {
    const at = (value) => (4 + (142 * (Math.min(Math.max(value, start), end) - start)) / (end - start)).toFixed(1);
    const zero = start <= 0 && end >= 0 ? `<path class="zero" d="M${at(0)} 0v16"/>` : "";
    const drawn = draw(`class="whisker" role="img" viewBox="0 0 150 16">${zero}<path d="${low >= start ? `M${at(low)} 4v8` : ""}M${at(low)} 8H${at(high)}${high <= end ? `M${at(high)} 4v8` : ""}"/><circle cx="${at(middle)}" cy="8" r="3.5"/>`);
    return drawn;
  };
  const named = (concept) => [
    make("bdi", { class: `of ${typeOf(concept)}`, title: `${data.concepts[concept][0]} (${typeOf(concept)})` }, data.concepts[concept][0]),
    make("span", { class: "spoken" }, ` (${typeOf(concept)})`),
  ];
  const pairRow = (row, axis) => {
    const [a, b, articles, expected, lift, log, low, high, q, qRichness, grade, claim, contradicted, years, limited] = row;
    const known = yearsOf(years).map(([year]) => year);
    const td = (label, text, more = {}) => make("td", { role: "cell", "data-label": label, ...more }, ...[text].flat());
    const interval = log === null ? {} : {
      "data-value": low === null ? -99 : low, "data-export": `${log} [${low ?? ""}, ${high ?? ""}]`, title: `odds ${wording.odds(log)}, 95 % interval ${wording.oddsSpan(low, high)}`,
    };
    const drawn = log === null ? [] : [whisker(low ?? axis[0] - 1, log, high ?? axis[1] + 1, axis)];
    drawn.forEach((svg) => svg.setAttribute("aria-label", `log odds ${wording.decimal(log, 2)}, 95 % interval ${wording.span(low, high)}`));
    return make("tr", { class: "item", role: "row", "data-years": years, "data-undated": articles - yearsOf(years).reduce((sum, [, k]) => sum + k, 0), "data-q": q },
      make("th", { scope: "row", role: "rowheader" }, make("span", { class: "line" }, ...named(a), " with ", ...named(b))),
      td("articles", wording.number(articles), { class: "n", "data-count": "" }),
      td("expected", wording.ratio(expected), { class: "n", "data-value": expected }),
      td("lift", wording.ratio(lift), { class: "n", "data-value": lift }),
      td("odds", [...drawn, " ", log === null ? "–" : wording.oddsSpan(low, high)], { class: "wide interval", ...interval }),
      td("q", wording.pValue(q), { class: "n", "data-value": q }),
      td("q (richness-adjusted)", wording.pValue(qRichness), { class: "n", "data-value": qRichness }),
      td("grade", data.grades[grade]),
      td("claim", [wording.brief(claim), ...(contradicted ? [" ", make("span", { class: "types" }, "contradicted")] : []), ...(limited ? [" ", make("span", { class: "types" }, limited)] : [])], { title: claim, "data-export": [claim, contradicted ? "contradicted" : "", limited].filter(Boolean).join(" ") || null }),
      td("years", known.length ? (known[0] === known.at(-1) ? `${known[0]}` : `${known[0]}–${known.at(-1)}`) : "–", { class: "n" }));
  };
  const quoted = (name) => (/^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replace(/'/g, `'"'"'`)}'`);
  const pairDrawer = (row, number, total) => {
    const [a, b, both] = row;
    const [[one, , first], [other, , second]] = [data.concepts[a], data.concepts[b]];
    const command = `comention evidence ${quoted(one)} ${quoted(other)}`;
    const n = (value) => make("td", { class: "n" }, wording.number(value));
    const proof = make("div", { class: "proof", id: `held-${number}`, "data-held": proofOf.get(`${a}-${b}`) ?? "", "data-command": command },
      make("div", { class: "figures" }, make("table", { class: "square" },
        make("caption", {}, "Articles that mention one, both or neither"),
        make("thead", {}, make("tr", {}, make("td"), make("th", { scope: "col", class: "n" }, "with ", make("bdi", {}, other)), make("th", { scope: "col", class: "n" }, "without"))),
        make("tbody", {},
          make("tr", {}, make("th", { scope: "row" }, "with ", make("bdi", {}, one)), make("td", { class: "n both" }, wording.number(both)), n(first - both)),
          make("tr", {}, make("th", { scope: "row" }, "without"), n(second - both), n(Math.max(total - first - second + both, 0)))))));
    if (row[11]) proof.append(make("p", { class: "claims" }, `What articles claim: ${row[11]}`));
    if (!proof.dataset.held || !data.proofs[Number(proof.dataset.held)][3].length) {
      proof.append(make("p", { class: "beyond" }, "The sentences of this pair are not in this page: ", make("code", {}, command), " or comention explore shows them."));
    }
    const box = make("details", {}, make("summary", {}, "Evidence", make("span", { class: "spoken" }, ": ", make("bdi", {}, one), " mentioned with ", make("bdi", {}, other))), proof);
    return make("tr", { class: "drawer", role: "row" }, make("td", { colspan: "10", role: "cell" }, box));
  };
  const ORDER = [null, 2, 3, 4, 6, 8, 9];  // where a column's number stands in a pair
  const pairs = (axis, total) => data.pairs.map((row, n) => {
    const names = `${data.concepts[row[0]][0]} (${typeOf(row[0])}) with ${data.concepts[row[1]][0]} (${typeOf(row[1])})`;
    let nodes = null, text = null, years = null;
    const unknown = () => row[2] - record.years.reduce((sum, [, k]) => sum + k, 0);
    const record = {
      fixed: false, q: row[8], total: row[2], kind: `${typeOf(row[0])} with ${typeOf(row[1])}`,
      lacks: (column) => column === 8 && !row[11],
      get years() { years ??= yearsOf(row[13]); return years; },
      get undated() { return unknown(); },
      text: () => (text ??= `${names} ${row[14]} ${data.grades[row[10]]} ${row[11]}`.toLowerCase()),
      value: (column) => {
        if (column === 4) return row[6] === null ? -99 : row[6];
        if (column > 0 && column < ORDER.length) return row[ORDER[column]];
        const plain = () => `${data.concepts[row[0]][0]} with ${data.concepts[row[1]][0]}`;
        return { 0: plain, 7: () => data.grades[row[10]], 8: () => `${row[11]}${row[12] ? " contradicted" : ""} ${row[14]}`.trim(), 9: () => row[13] }[column]().toLowerCase();
      },
      nodes: () => (nodes ??= [pairRow(row, axis), pairDrawer(row, n, total)]),
    };
    return record;
  });
  return { fill, pairs, since };
})();
