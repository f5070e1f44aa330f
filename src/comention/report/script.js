// Sorts, searches and filters what the page already shows; without it everything can be read.
"use strict";
(() => {
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "class") element.className = value;
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const said = make("p", { class: "spoken", role: "status" });
  document.body.append(said);
  const say = (text) => { said.textContent = text; };
  document.documentElement.classList.add("js");  // closed drawers take no line: their rows open them

  // One filter for every view: articles, q, and the first year that counts.
  const counted = every("[data-years]").map((element) => {
    const years = element.dataset.years.split(" ").filter(Boolean).map((part) => part.split(":").map(Number));
    const total = years.reduce((sum, [, n]) => sum + n, 0) + Number(element.dataset.undated || 0);
    const q = element.dataset.q === undefined ? 0 : Number(element.dataset.q);
    return { element, years, total, q, told: element.querySelector("[data-count]") || (element.hasAttribute("data-count") ? element : null) };
  });
  const known = counted.flatMap(({ years }) => years.map(([year]) => year));
  const first = Math.min(...known), last = Math.max(...known);
  const levels = [Infinity, 0.05, 0.01, 0.001, 0.000001];
  const chosen = { articles: 1, q: 0, year: first };
  const drawerOf = (row) => row.nextElementSibling && row.nextElementSibling.classList.contains("drawer") ? row.nextElementSibling : null;

  const apply = () => {
    const whole = chosen.year <= first;
    const bars = new Map();
    for (const one of counted) {
      const n = whole ? one.total : one.years.reduce((sum, [year, k]) => sum + (year >= chosen.year ? k : 0), 0);
      const out = n < chosen.articles || one.q > levels[chosen.q];
      one.element.classList.toggle("out", out);
      if (one.told) one.told.textContent = n.toLocaleString("en");
      const bar = one.element.querySelector(".bar i");
      if (bar) {
        const table = one.element.closest("table");
        bars.set(table, [...(bars.get(table) || []), [bar, n]]);
      }
    }
    for (const group of bars.values()) {
      const most = Math.max(1, ...group.map(([, n]) => n));
      for (const [bar, n] of group) bar.style.setProperty("--w", `${(100 * n) / most}%`);
    }
    for (const quote of every(".quotes li")) {
      quote.classList.toggle("old", !whole && Number(quote.dataset.year || 0) < chosen.year);
    }
    every("table.rows, table.plain").forEach(tidy);
    const shown = counted.filter(({ element }) => element.matches("tr") && !element.classList.contains("out")).length;
    say(`${shown} rows are shown`);
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
  if (form && counted.length && known.length) {
    const most = Math.max(1, ...counted.map(({ total }) => total));
    form.append(
      slider("articles", "Articles at least", { min: 1, max: Math.min(most, 50), step: 1 }, String),
      slider("q", "q at most", { min: 0, max: levels.length - 1, step: 1 }, (v) => (v ? String(levels[v]) : "any")),
      slider("year", "Counting from", { min: first, max: Math.max(last, first), step: 1 }, String),
      make("button", { type: "reset" }, "Show all"),
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => {
      Object.assign(chosen, { articles: 1, q: 0, year: first });
      for (const name of Object.keys(chosen)) {
        const input = form.querySelector(`#by-${name}`);
        input.value = chosen[name];
        input.dispatchEvent(new Event("input"));
      }
    }));
    form.hidden = false;
  }

  // Tables: sorting, search, columns, copy and export.
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
  const itemsOf = (table) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains("drawer"));
  const FIRST = 6;  // rows of a table that are seen before one asks for the rest
  const tidy = (table) => {
    const words = (table.dataset.search || "").toLowerCase().split(/\s+/).filter(Boolean);
    let kept = 0;
    for (const row of itemsOf(table)) {
      const text = words.length ? [...row.cells].map(textOf).join(" ").toLowerCase() : "";
      const hidden = row.classList.contains("out") || !words.every((word) => text.includes(word));
      row.hidden = hidden;
      if (!hidden) kept += 1;
      const past = kept > FIRST && words.length === 0 && table.dataset.whole === undefined && table.matches(".rows");
      row.classList.toggle("past", past);
      const drawer = drawerOf(row);
      if (drawer) { drawer.hidden = hidden; drawer.classList.toggle("past", past); }
    }
    const more = table.nextElementSibling && table.nextElementSibling.matches(".rest") ? table.nextElementSibling : null;
    if (more) {
      more.hidden = kept <= FIRST || words.length > 0;
      more.textContent = table.dataset.whole === undefined ? `Show all ${kept}` : `Show the first ${FIRST}`;
      more.setAttribute("aria-label", `${more.textContent} rows: ${table.caption ? table.caption.textContent : ""}`);
    }
    const count = table.previousElementSibling && table.previousElementSibling.matches(".count") ? table.previousElementSibling : null;
    if (!count) return;
    const items = itemsOf(table), shown = items.filter((row) => !row.hidden).length;
    const sought = words.length ? `“${table.dataset.search.trim()}”` : "";
    count.textContent = shown === items.length ? ""
      : shown ? `${shown} of ${items.length} rows${sought && ` with ${sought}`}`
      : `No row ${sought ? `holds ${sought}` : "is left by the filter"}: ${items.length} rows were looked at. ${table.dataset.beyond || ""}`;
  };
  const sort = (table, column, kind, descending) => {
    const body = table.tBodies[0];
    const rows = itemsOf(table).map((row) => [valueOf(row.cells[column], kind), row, drawerOf(row)]);
    rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
    for (const [, row, drawer] of rows) body.append(row, ...(drawer ? [drawer] : []));
    tidy(table);
  };
  const csvOf = (table, separator) => {
    const kinds = headsOf(table).map((head) => head.dataset.kind);
    const plain = (cell, column) => {
      const told = cell.dataset.export || cell.dataset.value || textOf(cell);
      return kinds[column] === "number" && cell.tagName === "TD" ? told.replace(/^([\d,]+)$/, (n) => n.replace(/,/g, "")) : told;
    };
    const quoted = (text) => (separator === "\t" ? text.replace(/\t/g, " ") : /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
    const lines = [table.tHead.rows[0], ...itemsOf(table).filter((row) => !row.hidden)].map((row) => [...row.cells]);
    const shown = lines.map((cells) => cells.map((cell, column) => (cell.classList.contains("off") ? null : quoted(plain(cell, column)))));
    return shown.map((cells) => cells.filter((text) => text !== null).join(separator)).join("\n") + "\n";
  };
  const save = (name, text) => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    const link = make("a", { href: address, download: name });
    link.click();
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

  every("table.rows").forEach((table, number) => {
    const heads = headsOf(table);
    heads.forEach((head, column) => {
      const kind = head.dataset.kind || "text";
      const label = textOf(head);
      const axes = every("svg", head);
      const button = make("button", {
        type: "button",
        onclick: () => {
          const descending = head.getAttribute("aria-sort") === "descending" ? false : head.getAttribute("aria-sort") === "ascending" ? true : kind === "number";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", descending ? "descending" : "ascending");
          sort(table, column, kind, descending);
          say(`Sorted by ${label}`);
        },
      }, ...[...head.childNodes].filter((node) => !axes.includes(node)));
      head.replaceChildren(button, ...axes);
    });
    const caption = table.caption ? table.caption.textContent : "";
    const search = make("input", {
      type: "search", placeholder: "Search", "aria-label": `Search: ${caption}`,
      oninput: () => { table.dataset.search = search.value; tidy(table); },
    });
    const show = (column, on) => {
      for (const row of [table.tHead.rows[0], ...itemsOf(table)]) row.cells[column].classList.toggle("off", !on);
    };
    const boxes = heads.map((head, column) => {
      // A column with next to nothing in it is there for those who ask.
      const cells = itemsOf(table).map((row) => row.cells[column]);
      const empty = cells.filter((cell) => !textOf(cell) && !cell.querySelector("svg")).length;
      const on = column === 0 || (empty < 0.8 * cells.length && head.dataset.later === undefined);
      if (!on) show(column, false);
      return make("label", {}, make("input", {
        type: "checkbox", ...(on ? { checked: "" } : {}), onchange: (event) => show(column, event.target.checked),
      }), textOf(head));
    });
    boxes.shift();  // the names stay
    const name = (table.closest("section").querySelector("h2").id || "table") + `-${number + 1}`;
    const tools = make("div", { class: "tools" }, search,
      make("button", { type: "button", onclick: () => copy(csvOf(table, "\t")) }, "Copy"),
      make("button", { type: "button", onclick: () => save(`${name}.csv`, csvOf(table, ",")) }, "Export CSV"),
      make("details", { class: "columns" }, make("summary", {}, "Columns"), make("div", {}, ...boxes)));
    const says = table.previousElementSibling.matches("details.says") ? table.previousElementSibling : null;
    table.before(tools);
    if (says) tools.append(says);
    table.before(make("p", { class: "count" }));
    const rest = make("button", {
      type: "button", class: "rest",
      onclick: () => { if (table.dataset.whole === undefined) table.dataset.whole = ""; else delete table.dataset.whole; tidy(table); },
    });
    table.after(rest);
    tidy(table);
  });

  // A row opens its drawer.
  for (const drawer of every("tr.drawer")) {
    const row = drawer.previousElementSibling, box = drawer.querySelector("details");
    const proof = box.querySelector(".proof");
    const button = make("button", {
      type: "button", class: "open", "aria-expanded": "false", "aria-controls": proof.id, onclick: () => toggle(),
    }, make("span", { class: "spoken" }, box.querySelector("summary").textContent));
    const toggle = () => { if (proof.closest("#panel")) close(); box.open = !box.open; };
    box.addEventListener("toggle", () => button.setAttribute("aria-expanded", String(box.open)));
    row.cells[0].prepend(button);
    row.addEventListener("click", (event) => {
      if (!event.target.closest("a, button, input") && String(getSelection()) === "") toggle();
    });
  }

  // A chooser closes where something else is used, or by Escape.
  addEventListener("keydown", (event) => {
    const box = event.key === "Escape" && document.activeElement.closest(".columns[open]");
    if (box) { box.open = false; box.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    for (const box of every(".columns[open]")) if (!box.contains(event.target)) box.open = false;
  });

  // Evidence: sentences of one section of the abstract only.
  for (const list of every(".proof > .quotes")) {
    const sections = [...new Set(every("li", list).map((quote) => quote.dataset.section))];
    if (sections.length < 2) continue;
    const select = make("select", {
      "aria-label": "Section of the abstract",
      onchange: () => {
        for (const quote of every("li", list)) quote.hidden = select.value !== "" && quote.dataset.section !== select.value;
      },
    }, make("option", { value: "" }, "every section"), ...sections.map((section) => make("option", { value: section }, section)));
    list.before(make("p", { class: "tools" }, select));
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
    panel.hidden = false;
    proof.setAttribute("tabindex", "-1");
    panel.scrollTop = 0;
    proof.focus({ preventScroll: true });
    return true;
  };
  const asked = () => show(location.hash.slice(1));
  addEventListener("hashchange", asked);
  addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const fold = link && document.getElementById(link.getAttribute("href").slice(1))?.closest(".fold");
    if (fold) fold.open = true;
    if (!link || !show(link.getAttribute("href").slice(1))) return;
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
  });
  asked();
})();
