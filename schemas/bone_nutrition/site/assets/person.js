// Shares of the intake that a reader chooses; intakes are loaded when another person than the first is chosen.
"use strict";
{
  const KEY = "bone-nutrition-person";
  const root = document.body.dataset.root;
  let loading;
  const load = () => loading ??= fetch(`${root}assets/intakes.json`).then((answer) => answer.json());
  const remembered = () => {
    try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; }
  };
  const remember = (choice) => {
    try { localStorage.setItem(KEY, JSON.stringify(choice)); } catch { /* storage is off: the choice holds for this page */ }
  };
  const rounded = (percent) => (percent >= 1 || percent === 0 ? percent.toFixed(0) : percent.toLocaleString("en", { maximumSignificantDigits: 1, maximumFractionDigits: 20 }));
  const share = (cell, intakes, person, authority) => {
    const intake = intakes[cell.dataset.nutrient]?.[person]?.[authority];
    return intake === undefined || cell.dataset.serving === "" ? "" : rounded(100 * cell.dataset.serving / intake);
  };
  for (const form of document.querySelectorAll("[data-person]")) {
    const { person, authority } = form.elements;
    const name = document.querySelector("[data-person-name]");
    const show = async () => {
      const intakes = await load();
      // Of explored tables also the rows that are not shown; their column says that it is per cent.
      const rows = globalThis.exploredRows?.();
      const cells = rows ? rows.flatMap((row) => [...row.querySelectorAll("td.share")]) : document.querySelectorAll("td.share");
      for (const cell of cells) {
        const percent = share(cell, intakes, person.value, authority.value);
        cell.textContent = percent && !rows ? `${percent} %` : percent;
      }
      name.textContent = `${person.selectedOptions[0].text.toLowerCase().replace(/^/, "a ")} by ${authority.selectedOptions[0].text}`;
      document.dispatchEvent(new CustomEvent("shares-changed"));
    };
    const before = remembered();
    if (before && [...person.options].some((option) => option.value === before.person) && [...authority.options].some((option) => option.value === before.authority)) {
      const differs = person.value !== before.person || authority.value !== before.authority;
      [person.value, authority.value] = [before.person, before.authority];
      if (differs) addEventListener("load", show);
    }
    form.addEventListener("change", () => {
      remember({ person: person.value, authority: authority.value });
      show();
    });
    form.hidden = false;
  }
}
