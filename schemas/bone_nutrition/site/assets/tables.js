// Search, sort, filters, columns, meanings, deep links and download of tables. The rows stand in the page; those of further
// parts of a long table are fetched from their pages when a reader first reaches for them.
"use strict";
{
  const ROWS = 50;
  // More would push the table out of sight.
  const MOST_FILTERS = 6;
  const all = [];

  const element = (name, properties = {}, children = []) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const text = (cell) => cell.textContent.trim().replace(/\s+/g, " ");
  const quoted = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

  const explore = (area) => {
    const node = area.querySelector("table");
    const headings = [...node.tHead.rows[0].cells];
    const titles = headings.map((cell) => text(cell));
    const meanings = headings.map((cell) => cell.dataset.meaning ?? "");
    const scroll = node.closest(".scroll");
    const table = new DataTable(node, {
      layout: { topStart: null, topEnd: null, bottomStart: null, bottomEnd: "paging" },
      pageLength: ROWS, order: [], autoWidth: false, search: { smart: true },
      columnDefs: [{ targets: headings.flatMap((cell, place) => ("unsorted" in cell.dataset ? [place] : [])), orderable: false }],
      language: { paginate: { first: "First", previous: "Previous", next: "Next", last: "Last" } },
    });
    // The region that scrolls holds the table alone, not the pages below it.
    const paging = area.querySelector(".dt-paging");
    if (paging) scroll.after(paging);

    let loading;
    const parts = [...document.querySelectorAll("[data-part]:not([aria-current])")];
    const loadRest = () => loading ??= !parts.length ? Promise.resolve() : (async () => {
      count.textContent = "Loading all rows …";
      const pages = await Promise.all(parts.map((part) => fetch(part.href).then((answer) => answer.text())));
      for (const page of pages) {
        const rows = new DOMParser().parseFromString(page, "text/html").querySelectorAll("[data-explore] tbody > tr");
        table.rows.add([...rows].map((row) => document.importNode(row, true)));
      }
      table.draw();
    })();

    const count = element("p", { className: "said-count", role: "status" });
    const counted = () => {
      const { recordsDisplay, recordsTotal } = table.page.info();
      const total = Math.max(recordsTotal, Number(area.dataset.total ?? 0)).toLocaleString("en");
      count.textContent = recordsDisplay === recordsTotal ? `${total} rows` : `${recordsDisplay.toLocaleString("en")} of ${total} rows`;
    };

    const search = element("input", { type: "search", autocomplete: "off" });
    search.addEventListener("input", () => table.search(search.value).draw());
    const tools = element("div", { className: "tools" }, [element("label", {}, [area.dataset.searchLabel ?? "Search all columns", search])]);

    const filters = headings.filter((cell) => "filter" in cell.dataset).length > MOST_FILTERS ? element("div") : tools;
    if (filters !== tools) tools.append(element("details", {}, [element("summary", { textContent: "Filters" }), filters]));
    headings.forEach((cell, place) => {
      if (!("filter" in cell.dataset)) return;
      const column = table.column(place);
      const values = cell.dataset.filter ? cell.dataset.filter.split("|") : [...new Set(column.nodes().toArray().map(text))].sort();
      if (values.length < 2) return;
      const select = element("select", {}, [element("option", { value: "", textContent: "any" }), ...values.map((value) => element("option", { value, textContent: value || "empty" }))]);
      select.addEventListener("change", () => {
        const fits = (_shown, _cells, row) => !select.value || text(table.cell(row, place).node()) === select.value;
        table.search.fixed(titles[place], fits).draw();
      });
      filters.append(element("label", { className: "filter" }, [titles[place], select]));
    });

    if ("columns" in area.dataset) {
      const boxes = titles.map((title, place) => {
        const box = element("input", { type: "checkbox", checked: true });
        box.addEventListener("change", () => table.column(place).visible(box.checked));
        return element("label", {}, [box, title]);
      });
      tools.append(element("details", {}, [element("summary", { textContent: "Columns" }), element("div", {}, boxes)]));
    }

    const download = element("button", { type: "button", textContent: "Download what is shown" });
    download.addEventListener("click", async () => {
      await loadRest();
      const places = titles.map((_, place) => place).filter((place) => table.column(place).visible());
      const nodes = table.rows({ search: "applied", order: "applied" }).nodes().toArray();
      const lines = nodes.map((row) => places.map((place) => quoted(text(table.cell(row, place).node()))).join(","));
      const head = [`# ${area.dataset.cite} ${document.title}`, places.map((place) => quoted(titles[place])).join(",")];
      const file = URL.createObjectURL(new Blob([[...head, ...lines, ""].join("\n")], { type: "text/csv" }));
      element("a", { href: file, download: `${area.dataset.name}.csv` }).click();
      URL.revokeObjectURL(file);
    });
    tools.append(download);
    scroll.before(tools, count);
    table.on("draw", counted);
    counted();

    for (const reached of [tools, paging, node.tHead]) reached?.addEventListener("focusin", loadRest);
    node.tHead.addEventListener("pointerdown", loadRest);
    explainColumns(node, headings, meanings);

    const toRow = async () => {
      const id = decodeURIComponent(location.hash.slice(1));
      if (!id) return;
      const find = () => table.rows({ order: "applied", search: "applied" }).nodes().toArray().findIndex((row) => row.id === id);
      let place = find();
      if (place < 0 && !document.getElementById(id)) {
        await loadRest();
        place = find();
      }
      if (place < 0) return;
      table.page(Math.floor(place / ROWS)).draw("page");
      const row = document.getElementById(id);
      for (const marked of area.querySelectorAll("tr.wanted")) marked.classList.remove("wanted");
      row.classList.add("wanted");
      row.scrollIntoView({ block: "center", inline: "nearest" });
    };
    addEventListener("hashchange", toRow);
    const asked = new URLSearchParams(location.search).get("find");
    if (asked) {
      search.value = asked;
      loadRest().then(() => table.search(asked).draw());
    }
    toRow();
    all.push(table);
  };

  // One box for all meanings: it follows pointer and focus, may be hovered, and goes with Escape.
  const explainColumns = (node, headings, meanings) => {
    const box = element("div", { className: "meaning", role: "tooltip", id: "meaning" });
    node.after(box);
    const hide = () => box.removeAttribute("data-shown");
    const show = (place) => {
      if (!meanings[place]) return;
      box.textContent = meanings[place];
      box.dataset.shown = "";
      const { left, bottom } = headings[place].getBoundingClientRect();
      box.style.left = `${Math.max(8, Math.min(left, innerWidth - box.offsetWidth - 8))}px`;
      box.style.top = `${bottom}px`;
    };
    headings.forEach((heading, place) => {
      const says = element("span", { className: "hidden", id: `meaning-${place}`, textContent: meanings[place] });
      node.after(says);
      for (const control of heading.querySelectorAll("[role=button], button")) control.setAttribute("aria-describedby", says.id);
      heading.addEventListener("mouseenter", () => show(place));
      heading.addEventListener("mouseleave", (event) => { if (event.relatedTarget !== box) hide(); });
      heading.addEventListener("focusin", () => show(place));
      heading.addEventListener("focusout", hide);
    });
    box.addEventListener("mouseleave", hide);
    addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
    addEventListener("scroll", hide, { passive: true });
  };

  for (const area of document.querySelectorAll("[data-explore]")) explore(area);
  // All rows, also those of pages that are not shown, for scripts that change cells.
  globalThis.exploredRows = all.length ? () => all.flatMap((table) => table.rows().nodes().toArray()) : undefined;
  document.addEventListener("shares-changed", () => { for (const table of all) table.rows().invalidate("dom").draw(false); });
}
