// Foods side by side: the pages of the foods are the data, so what stands there stands here.
"use strict";
{
  const form = document.querySelector("[data-compare]");
  const table = document.getElementById("comparison");
  const input = form.querySelector("input");
  const status = form.querySelector("[role=status]");
  const ids = new Map([...form.querySelectorAll("option")].map((option) => [option.value.toLowerCase(), option.dataset.id]));
  const known = new Set(ids.values());
  const asked = (new URLSearchParams(location.search).get("foods") ?? "").split(",").filter((id) => known.has(id));
  let chosen = asked.length ? asked : [...table.querySelectorAll("[data-food]")].map((cell) => cell.dataset.food);
  const pages = new Map();

  const page = async (id) => {
    if (!pages.has(id)) {
      const answer = await fetch(`foods/${encodeURIComponent(id)}.html`);
      if (!answer.ok) throw new Error(`${id}: ${answer.status}`);
      pages.set(id, new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
    return pages.get(id);
  };
  const element = (name, properties = {}, children = []) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };
  const cells = (food) => new Map([...food.querySelectorAll("#profile tr[id]")].map((row) => [row.id, { amount: row.cells[1], status: row.querySelector(".status") }]));
  const names = (food) => new Map([
    ...[...food.querySelectorAll("#profile tr[id]")].map((row) => [row.id, row.cells[0].textContent]),
    ...[...food.querySelectorAll("#profile .gap")].map((gap) => [gap.dataset.nutrient, gap.textContent]),
  ]);
  const heading = (id, food) => element("th", { scope: "col" }, [
    element("a", { href: `foods/${id}.html`, textContent: food.querySelector("h1").textContent }), " ",
    element("button", { type: "button", textContent: "remove", ariaLabel: `Remove ${food.querySelector("h1").textContent}`, onclick: () => choose(chosen.filter((other) => other !== id)) }),
  ]);
  const value = (found) => element("td", { className: "number" }, found
    ? [...[...found.amount.childNodes].map((node) => document.importNode(node, true)), " ", document.importNode(found.status, true)]
    : [element("span", { className: "gap", textContent: "no value" })]);

  const show = async () => {
    const foods = await Promise.all(chosen.map(page));
    const columns = foods.map(cells);
    const head = element("tr", {}, [element("th", { scope: "col", textContent: "Nutrient" }), ...chosen.map((id, place) => heading(id, foods[place]))]);
    const bodies = [...(foods[0]?.querySelectorAll("#profile tbody") ?? [])].map((group, place) => {
      const inGroup = new Map(foods.flatMap((food) => [...names(food)].filter(([id]) => {
        const body = food.querySelectorAll("#profile tbody")[place];
        return body?.querySelector(`[id="${CSS.escape(id)}"], [data-nutrient="${CSS.escape(id)}"]`);
      })));
      const rows = [...inGroup].filter(([id]) => columns.some((column) => column.has(id))).map(([id, name]) => element("tr", {}, [
        element("th", { scope: "row" }, [element("a", { href: `nutrients/${id}.html`, textContent: name })]), ...columns.map((column) => value(column.get(id))),
      ]));
      const title = element("tr", { className: "group" }, [element("th", { scope: "rowgroup", colSpan: 1 + chosen.length, textContent: group.querySelector(".group th").textContent })]);
      return rows.length ? element("tbody", {}, [title, ...rows]) : null;
    }).filter(Boolean);
    table.replaceChildren(table.caption, element("thead", {}, [head]), ...bodies);
    status.textContent = `${chosen.length} foods compared`;
  };
  const choose = async (foods) => {
    chosen = foods;
    history.replaceState(null, "", chosen.length ? `?foods=${chosen.join(",")}` : location.pathname);
    await show();
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = ids.get(input.value.trim().toLowerCase());
    if (!id) status.textContent = "No food of this name; choose one of the list.";
    else if (chosen.includes(id)) status.textContent = "Already compared.";
    else choose([...chosen, id]).then(() => { input.value = ""; input.focus(); });
  });
  form.hidden = false;
  show();
}
