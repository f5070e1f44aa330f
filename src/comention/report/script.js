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
    every(".spoken, svg, details", copy).forEach((part) => part.remove());
    return copy.textContent.trim().replace(/\s+/g, " ");
  };
  const valueOf = (cell, kind) => {
    if (kind === "text") return textOf(cell).toLowerCase();
    const told = cell.dataset.value === undefined ? parseFloat(textOf(cell).replace(/,/g, "").replace("−", "-")) : Number(cell.dataset.value);
    return Number.isNaN(told) ? -Infinity : told;
  };
  const headsOf = (table) => [...table.tHead.rows[0].cells];  // not those of the tables in its drawers
  const itemsOf = (table) => [...table.tBodies[0].rows].filter((row) => !row.classList.contains("drawer"));
  const tidy = (table) => {
    const words = (table.dataset.search || "").toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of itemsOf(table)) {
      const text = words.length ? row.textContent.toLowerCase() : "";
      const hidden = row.classList.contains("out") || !words.every((word) => text.includes(word));
      row.hidden = hidden;
      const drawer = drawerOf(row);
      if (drawer) drawer.hidden = hidden;
    }
  };
  const sort = (table, column, kind, descending) => {
    const body = table.tBodies[0];
    const rows = itemsOf(table).map((row) => [valueOf(row.cells[column], kind), row, drawerOf(row)]);
    rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (descending ? -1 : 1));
    for (const [, row, drawer] of rows) body.append(row, ...(drawer ? [drawer] : []));
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
      const label = head.textContent;
      const button = make("button", {
        type: "button",
        onclick: () => {
          const descending = head.getAttribute("aria-sort") === "descending" ? false : head.getAttribute("aria-sort") === "ascending" ? true : kind === "number";
          heads.forEach((other) => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", descending ? "descending" : "ascending");
          sort(table, column, kind, descending);
          say(`Sorted by ${label}`);
        },
      }, ...head.childNodes);
      head.replaceChildren(button);
    });
    const caption = table.caption ? table.caption.textContent : "";
    const search = make("input", {
      type: "search", placeholder: "Search", "aria-label": `Search: ${caption}`,
      oninput: () => { table.dataset.search = search.value; tidy(table); },
    });
    const boxes = heads.map((head, column) => make("label", {}, make("input", {
      type: "checkbox", checked: "",
      onchange: (event) => {
        for (const row of [table.tHead.rows[0], ...itemsOf(table)]) row.cells[column].classList.toggle("off", !event.target.checked);
      },
    }), head.textContent));
    boxes.shift();  // the names stay
    const name = (table.closest("section").querySelector("h2").id || "table") + `-${number + 1}`;
    const tools = make("div", { class: "tools" }, search,
      make("button", { type: "button", onclick: () => copy(csvOf(table, "\t")) }, "Copy"),
      make("button", { type: "button", onclick: () => save(`${name}.csv`, csvOf(table, ",")) }, "Export CSV"),
      make("details", { class: "columns" }, make("summary", {}, "Columns"), make("div", {}, ...boxes)));
    (table.previousElementSibling.matches("details.says") ? table.previousElementSibling : table).before(tools);
  });

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

  // A link to evidence opens its drawer.
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target || !target.classList.contains("proof")) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    const row = target.closest("tr.drawer");
    if (row && row.hidden) { row.hidden = false; row.previousElementSibling.hidden = false; }
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    (row ? row.previousElementSibling : target.closest("details")).scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", open);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) open();
  });
  open();
})();
