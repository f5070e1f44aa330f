// Sorts, searches and filters what the page holds; without it what the page shows can be read.
(() => {
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];
  const said = make("p", { class: "spoken", role: "status" });
  document.body.append(said);
  const say = (text) => { said.textContent = text; };
  document.documentElement.classList.add("js");  // closed drawers take no line: their rows open them

  // One filter for every view: articles, q, and the first year that counts.
  const readYears = (element) => (element.dataset.years || "").split(" ").filter(Boolean).map((part) => part.split(":").map(Number));
  const measured = (element) => {
    const years = readYears(element), undated = Number(element.dataset.undated || 0);
    return {
      element, years, undated, q: element.dataset.q === undefined ? 0 : Number(element.dataset.q),
      // What tells no years is not filtered by them.
      total: element.dataset.years === undefined ? Infinity : years.reduce((sum, [, n]) => sum + n, 0) + undated,
      told: element.querySelector("[data-count]") || (element.hasAttribute("data-count") ? element : null),
    };
  };
  const levels = [Infinity, 0.05, 0.01, 0.001, 0.000001];
  const chosen = { articles: 1, q: 0, year: 0 };
  let first = 0, last = 0, most = 1;
  const whole = () => chosen.year <= first;
  const counts = (one) => (whole() || one.total === Infinity ? one.total : one.years.reduce((sum, [year, n]) => sum + (year >= chosen.year ? n : 0), 0));
  const isOut = (one, n) => n < chosen.articles || one.q > levels[chosen.q];

  // Tables: a row is an element of the page, of a template, or made of what the page holds as numbers.
  const textOf = (cell) => {
    const copy = cell.cloneNode(true);
    every(".spoken, svg, details, button.open", copy).forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  };
  const valueOf = (cell, kind) => {
    if (kind === "text") return textOf(cell).toLowerCase();
    const told = cell.dataset.value === undefined ? parseFloat(textOf(cell).replace(/,/g, "").replace("−", "-")) : Number(cell.dataset.value);
    return Number.isNaN(told) ? -Infinity : told;
  };
  const headsOf = (table) => [...table.tHead.rows[0].cells];  // not those of the tables in its drawers
  const drawerOf = (row) => row.nextElementSibling && row.nextElementSibling.classList.contains("drawer") ? row.nextElementSibling : null;
  const recordOf = (row, fixed) => {
    const nodes = [row, drawerOf(row)].filter(Boolean);
    let text = null;
    const kinds = every("th .of", row).map((side) => [...side.classList].find((name) => name !== "of"));
    return {
      ...measured(row), fixed, kind: kinds.join(" with "),
      text: () => (text ??= [...row.cells].map(textOf).join(" ").toLowerCase()),
      value: (column, kind) => valueOf(row.cells[column], kind), nodes: () => nodes,
    };
  };
  const FIRST = 6, PAGE = 25;  // rows seen before one asks for the rest, and rows of a page then
  const tables = every("table.rows").map((table) => {
    const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("drawer"));
    const records = rows.map((row) => recordOf(row, row.hasAttribute("data-years")));
    rows.forEach((row, n) => { records[n].fixed = true; });
    const more = table.nextElementSibling;
    if (more && more.matches("template.more-rows")) {
      for (const row of every("tr.item", more.content)) records.push(recordOf(row, false));
    }
    if (table.dataset.held === "pairs") records.push(...held.pairs(table.dataset.axis.split(" ").map(Number), Number(table.dataset.total)));
    every("caption .listed", table).forEach((part) => { if (records.length > rows.length) part.remove(); });
    return { table, records, off: new Set(), words: "", kind: "", order: records, whole: false, page: 0, heads: headsOf(table) };
  });
  const inTables = new Set(tables.flatMap(({ records }) => records.filter((one) => one.fixed).map((one) => one.element)));
  const counted = every("[data-years]").filter((element) => !inTables.has(element)).map(measured);

  const kept = (state) => {
    const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
    return state.order.filter((one) => !isOut(one, counts(one)) && (state.kind === "" || one.kind === state.kind)
      && (!words.length || words.every((word) => one.text().includes(word))));
  };
  const tidy = (state) => {
    const { table, page } = state;
    const all = kept(state), sought = state.words.trim() !== "" || state.kind !== "";
    const paged = state.whole || sought;
    const pages = Math.max(Math.ceil(all.length / PAGE), 1);
    state.page = paged ? Math.min(Math.max(page, 0), pages - 1) : 0;
    const from = state.page * PAGE;
    const shown = all.slice(from, from + (paged ? PAGE : FIRST));
    const seen = new Set(shown), left = new Set(all);
    const rest = state.order.filter((one) => one.fixed && !seen.has(one));
    for (const one of [...shown, ...rest]) {
      const past = !seen.has(one) && left.has(one);  // printed, not seen
      for (const node of one.nodes()) {
        node.hidden = !left.has(one);
        node.classList.toggle("past", past);
      }
    }
    const width = Math.max(1, ...all.map((one) => (one.element && one.total < Infinity ? counts(one) : 0)));
    for (const one of [...shown, ...rest]) {
      const [row] = one.nodes();
      wire(one);
      [...row.cells].forEach((cell, column) => cell.classList.toggle("off", state.off.has(column)));
      const told = row.querySelector("[data-count]"), bar = row.querySelector(".bar i");
      if (told && one.total < Infinity) told.textContent = wording.number(counts(one));
      if (bar && !isOut(one, counts(one))) bar.style.setProperty("--w", `${(100 * counts(one)) / width}%`);
    }
    table.tBodies[0].replaceChildren(...[...shown, ...rest].flatMap((one) => one.nodes()));
    control(state, all, from, shown.length, pages, sought);
  };
  const control = (state, all, from, shown, pages, sought) => {
    const { table, records, rest, turns, told, count, filtered } = state;
    rest.hidden = sought || all.length <= FIRST;
    rest.textContent = state.whole ? `Show the first ${FIRST}` : `Show all ${wording.number(all.length)}`;
    rest.setAttribute("aria-label", `${rest.textContent} rows: ${state.caption}`);
    const paged = (state.whole || sought) && pages > 1;
    for (const button of turns) button.hidden = !paged;
    turns[0].disabled = state.page === 0;
    turns[1].disabled = state.page === pages - 1;
    told.textContent = paged ? `${wording.number(from + 1)}–${wording.number(from + shown)} of ${wording.number(all.length)}` : "";
    const words = [...(state.words.trim() ? [`“${state.words.trim()}”`] : []), ...(state.kind ? [state.kind] : [])].join(", ");
    count.textContent = all.length === records.length ? ""
      : all.length ? `${wording.number(all.length)} of ${wording.number(records.length)} rows${sought ? ` with ${words}` : ""}`
      : `No row ${sought ? `holds ${words}` : "is left by the filter"}: ${wording.number(records.length)} rows were looked at. ${table.dataset.beyond || ""}`;
    filtered.textContent = filterWords();
  };
  const filterWords = () => {
    const parts = [
      ...(chosen.articles > 1 ? [`at least ${chosen.articles} articles`] : []), ...(chosen.q ? [`q at most ${levels[chosen.q]}`] : []),
      ...(whole() ? [] : [`articles since ${chosen.year}`]),
    ];
    if (!parts.length) return "";
    return ` Filtered: ${parts.join(", ")}.${whole() ? "" : " Only numbers of articles are counted anew; order, colours, intervals, q and grades are of all years."}`;
  };
  const sort = (state, column, kind, descending) => {
    const values = new Map(state.records.map((one) => [one, one.value(column, kind)]));
    const way = descending ? -1 : 1;
    state.order = [...state.records].sort((one, other) => {
      const [a, b] = [values.get(one), values.get(other)];
      return (a < b ? -1 : a > b ? 1 : 0) * way;
    });
    state.page = 0;
    tidy(state);
  };
  const csvOf = (state, separator) => {
    const kinds = state.heads.map((head) => head.dataset.kind);
    const plain = (cell, column) => {
      const told = cell.dataset.export || cell.dataset.value || textOf(cell);
      return kinds[column] === "number" && cell.tagName === "TD" ? told.replace(/^([\d,]+)$/, (n) => n.replace(/,/g, "")) : told;
    };
    const quoted = (text) => (separator === "\t" ? text.replace(/\t/g, " ") : /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const rows = [state.table.tHead.rows[0], ...kept(state).map((one) => {
      const [row] = one.nodes();
      const told = row.querySelector("[data-count]");
      if (told && one.total < Infinity) told.textContent = wording.number(counts(one));
      return row;
    })];
    return rows.map((row) => [...row.cells].flatMap((cell, column) => (state.off.has(column) ? [] : [quoted(plain(cell, column))])).join(separator)).join("\n") + "\n";
  };
  const save = (name, text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  };
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); } catch {
      const area = make("textarea", { class: "spoken" });
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    say("The table is copied");
  };

  // A drawer is as wide as the columns that are shown: one more would take a share of the table.
  const span = (table) => {
    const shown = headsOf(table).filter((head) => !head.classList.contains("off")).length;
    for (const cell of table.querySelectorAll("tr.drawer > td")) cell.colSpan = shown;
  };

  // A row opens its drawer.
  const wire = (one) => {
    const [row, drawer] = one.nodes();
    if (one.wired || !drawer) return;
    one.wired = true;
    const box = drawer.querySelector("details"), proof = box.querySelector(".proof");
    const button = make("button", {
      type: "button", class: "open", "aria-expanded": "false", "aria-controls": proof.id, onclick: () => toggle(),
    }, make("span", { class: "spoken" }, box.querySelector("summary").textContent));
    const toggle = () => { if (proof.closest("#panel")) close(); box.open = !box.open; };
    box.addEventListener("toggle", () => {
      button.setAttribute("aria-expanded", String(box.open));
      if (!box.open) return;
      span(row.closest("table"));
      held.fill(proof);
    });
    row.cells[0].prepend(button);
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a, button, input") && String(getSelection()) === "") toggle();
    });
  };

  tables.forEach((state, number) => {
    const { table, heads, records } = state;
    state.caption = table.caption ? table.caption.textContent : "";
    state.filtered = make("span", { class: "filtered" });
    const listed = records.filter((one) => one.fixed).length;
    const printed = listed < records.length ? [make("span", { class: "printed" }, ` On paper: the first ${listed}.`)] : [];
    if (table.caption) table.caption.append(...printed, state.filtered);
    heads.forEach((head, column) => {
      const kind = head.dataset.kind || "text", label = textOf(head), axes = every("svg", head);
      const button = make("button", {
        type: "button",
        onclick: () => {
          const order = head.getAttribute("aria-sort");
          const descending = order === "descending" ? false : order === "ascending" ? true : kind === "number";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", descending ? "descending" : "ascending");
          sort(state, column, kind, descending);
          say(`Sorted by ${label}`);
        },
      }, ...[...head.childNodes].filter((node) => !axes.includes(node)));
      head.replaceChildren(button, ...axes);
    });
    const search = make("input", {
      type: "search", placeholder: `Search ${wording.counted(records.length, "row")}`, "aria-label": `Search: ${state.caption}`,
      oninput: () => { state.words = search.value; state.page = 0; tidy(state); },
    });
    const kinds = [...new Set(records.map((one) => one.kind))].filter(Boolean).sort();
    const ofKind = kinds.length < 2 ? [] : [make("select", {
      "aria-label": `Types: ${state.caption}`, onchange: (event) => { state.kind = event.target.value; state.page = 0; tidy(state); },
    }, make("option", { value: "" }, "all types"), ...kinds.map((kind) => make("option", { value: kind }, kind)))];
    const show = (column, on) => { if (on) state.off.delete(column); else state.off.add(column); heads[column].classList.toggle("off", !on); span(table); };
    const boxes = heads.map((head, column) => {
      // A column with next to nothing in it is there for those who ask.
      const bare = (cell) => !textOf(cell) && !cell.querySelector("svg");
      const lacks = (one) => (one.lacks ? one.lacks(column) : bare(one.nodes()[0].cells[column]));
      const filled = (of) => of.filter(lacks).length < 0.8 * of.length;  // of what is first seen, or of all
      const on = column === 0 || (head.dataset.later === undefined && (filled(records.filter((one) => one.fixed)) || filled(records)));
      if (!on) show(column, false);
      return make("label", {}, make("input", {
        type: "checkbox", ...(on ? { checked: "" } : {}), onchange: (event) => { show(column, event.target.checked); tidy(state); },
      }), textOf(head));
    });
    boxes.shift();  // the names stay
    const name = (table.closest("section").querySelector("h2").id || "table") + `-${number + 1}`;
    const tools = make("div", { class: "tools" }, search, ...ofKind,
      make("button", { type: "button", onclick: () => copy(csvOf(state, "\t")) }, "Copy"),
      make("button", { type: "button", onclick: () => save(`${name}.csv`, csvOf(state, ",")) }, "Export CSV"),
      make("details", { class: "columns" }, make("summary", {}, "Columns"), make("div", {}, ...boxes)));
    const says = table.previousElementSibling && table.previousElementSibling.matches("details.says") ? table.previousElementSibling : null;
    table.before(tools);
    if (says) tools.append(says);
    state.count = make("p", { class: "count" });
    table.before(state.count);
    state.rest = make("button", { type: "button", class: "rest", onclick: () => { state.whole = !state.whole; state.page = 0; tidy(state); } });
    state.turns = [-1, 1].map((by) => make("button", { type: "button", onclick: () => { state.page += by; tidy(state); } }, by < 0 ? "Previous" : "Next"));
    state.told = make("span", { class: "quiet", role: "status" });
    table.after(make("div", { class: "pager" }, state.rest, ...state.turns, state.told));
  });

  // The filter.
  const views = every("#maps, #network, #news").map((heading) => [heading, make("p", { class: "filtered quiet", hidden: "" })]);
  for (const [heading, notice] of views) heading.after(notice);
  const strip = document.querySelector(".strip");
  if (strip) { views.push([strip, make("p", { class: "filtered quiet", hidden: "" })]); strip.before(views.at(-1)[1]); }
  const apply = () => {
    held.since.year = whole() ? null : chosen.year;
    const bars = new Map();
    for (const one of counted) {
      const n = counts(one);
      one.element.classList.toggle("out", isOut(one, n));
      if (one.told) one.told.textContent = wording.number(n);
      if (one.told && one.element.matches(".strip [data-by] li")) {
        const list = one.element.parentElement;
        bars.set(list, [...(bars.get(list) || []), [one.element.querySelector("i"), n]]);
      }
    }
    for (const group of bars.values()) {
      const width = Math.max(1, ...group.map(([, n]) => n));
      for (const [bar, n] of group) bar.style.setProperty("--w", `${(100 * n) / width}%`);
    }
    for (const quote of every(".quotes li[data-year]")) {
      quote.classList.toggle("old", !whole() && Number(quote.dataset.year || 0) < chosen.year);
    }
    for (const proof of every(".proof[data-filled]")) proof.dispatchEvent(new Event("since"));
    const words = filterWords();
    for (const [, notice] of views) { notice.textContent = words; notice.hidden = words === ""; }
    tables.forEach(tidy);
    const shown = tables.reduce((sum, state) => sum + kept(state).length, 0);
    say(`${wording.number(shown)} rows are left by the filter`);
  };
  const slider = (name, label, options, shown) => {
    const output = make("output", {}, shown(chosen[name]));
    const input = make("input", {
      type: "range", id: `by-${name}`, ...options, value: chosen[name],
      oninput: () => { chosen[name] = Number(input.value); output.textContent = shown(chosen[name]); apply(); },
    });
    return make("p", {}, make("label", { for: `by-${name}` }, label), input, output);
  };
  const form = document.getElementById("filter");
  const all = [...counted, ...tables.flatMap(({ records }) => records)];
  first = Infinity; last = -Infinity;
  for (const one of all) {
    for (const [year] of one.years) { first = Math.min(first, year); last = Math.max(last, year); }
    if (one.total < Infinity) most = Math.max(most, one.total);
  }
  chosen.year = first;
  if (form && Number.isFinite(first)) {
    form.append(
      slider("articles", "Articles at least", { min: 1, max: Math.min(most, 50), step: 1 }, String),
      slider("q", "q at most", { min: 0, max: levels.length - 1, step: 1 }, (v) => (v ? String(levels[v]) : "any")),
      slider("year", "Counting from", { min: first, max: Math.max(last, first), step: 1 }, String),
      make("button", { type: "reset" }, "Reset"),
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => {
      Object.assign(chosen, { articles: 1, q: 0, year: first });
      for (const name of Object.keys(chosen)) {
        const input = form.querySelector(`#by-${name}`);
        input.value = chosen[name];
        input.nextElementSibling.textContent = name === "q" ? "any" : String(chosen[name]);
      }
      apply();
    }));
    form.hidden = false;
    if (matchMedia("(max-width: 56rem)").matches) form.closest("details").open = false;  // results come first
  }
  tables.forEach(tidy);

  // Views of one kind stand behind each other; on paper and without a script, below each other.
  every(".tabs").forEach((box, number) => {
    const panels = [...box.children].filter((child) => child.matches(".tab"));
    if (panels.length < 2) return;
    const pick = (chosen, focus) => {
      panels.forEach((panel, n) => {
        panel.classList.toggle("tucked", n !== chosen);
        buttons[n].setAttribute("aria-selected", String(n === chosen));
        buttons[n].tabIndex = n === chosen ? 0 : -1;
      });
      if (focus) buttons[chosen].focus();
    };
    const buttons = panels.map((panel, n) => {
      panel.id ||= `tab-${number + 1}-${n + 1}`;
      const button = make("button", {
        type: "button", role: "tab", id: `${panel.id}-tab`, "aria-controls": panel.id,
        onclick: () => pick(n),
        onkeydown: (event) => {
          const to = { ArrowLeft: n - 1, ArrowRight: n + 1, Home: 0, End: panels.length - 1 }[event.key];
          if (to === undefined) return;
          event.preventDefault();
          pick((to + panels.length) % panels.length, true);
        },
      }, panel.dataset.tab, ...(panel.dataset.n === undefined ? [] : [make("span", { class: "quiet" }, ` ${wording.number(Number(panel.dataset.n))}`)]));
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", button.id);
      panel.addEventListener("reveal", () => pick(n));
      return button;
    });
    const near = box.closest("section").querySelector("h2");
    box.prepend(make("div", { role: "tablist", class: "tablist", "aria-labelledby": near.id }, ...buttons));
    box.classList.add("behind");
    pick(0);
  });
  // What a link leads to is seen: its fold opens, its tab comes to the front.
  const reveal = (element) => {
    const fold = element.closest("details.fold");
    if (fold) fold.open = true;
    element.closest(".tab")?.dispatchEvent(new Event("reveal"));
  };

  // A chooser closes where something else is used, or by Escape.
  addEventListener("keydown", (event) => {
    const box = event.key === "Escape" && document.activeElement.closest(".columns[open]");
    if (box) { box.open = false; box.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const box of every(".columns[open]")) if (!box.contains(event.target)) box.open = false;
  });
  for (const box of every("#more-evidence details")) {
    const proof = box.querySelector(".proof");  // now, since it may stand beside the page when its box is opened
    if (proof) box.addEventListener("toggle", () => { if (box.open) held.fill(proof); });
  }

  // A link to evidence shows it beside the page, which stays where it is.
  const title = make("h2", { id: "panel-title" });
  const panel = make("aside", { id: "panel", hidden: "", "aria-labelledby": "panel-title" },
    make("button", { type: "button", onclick: () => close() }, "Close"), title);
  document.body.append(panel);
  let shown = null;  // the evidence, where it belongs, and what had the focus
  const close = () => {
    if (!shown) return;
    shown.place.replaceWith(shown.proof);
    panel.hidden = true;
    const { opener } = shown;
    shown = null;
    if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  };
  const show = (id) => {
    const proof = document.getElementById(id);
    if (!proof || !proof.classList.contains("proof")) return false;
    const opener = shown ? shown.opener : document.activeElement;
    if (shown && shown.proof !== proof) { shown.place.replaceWith(shown.proof); shown = null; }
    if (!shown) {
      const place = document.createComment("");
      title.textContent = proof.parentElement.querySelector("summary").textContent.replace(/^Evidence: /, "");
      proof.replaceWith(place);
      panel.append(proof);
      shown = { proof, place, opener };
    }
    held.fill(proof);
    panel.hidden = false;
    proof.setAttribute("tabindex", "-1");
    panel.scrollTop = 0;
    proof.focus({ preventScroll: true });
    return true;
  };
  const asked = () => {
    const id = location.hash.slice(1);
    if (!show(id) && id) { const element = document.getElementById(id); if (element) reveal(element); }
  };
  addEventListener("hashchange", asked);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    if (!target.classList.contains("proof")) { reveal(target); return; }
    if (!show(target.id)) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
  });
  asked();
})();
