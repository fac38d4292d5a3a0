// Shows only the items of a list that hold all words typed, and, where there is a choice, fit it.
"use strict";
for (const form of document.querySelectorAll("[data-filter-list]")) {
  const items = [...document.querySelectorAll(form.dataset.filterList)].map((item) => ({ item, text: `${item.textContent} ${item.dataset.item}`.toLowerCase() }));
  const input = form.querySelector("input");
  const choice = form.querySelector("[data-filter-by]");
  const status = form.querySelector("[role=status]");
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { item, text } of items) {
      const fits = words.every((word) => text.includes(word)) && (!choice?.value || item.dataset[choice.dataset.filterBy] === choice.value);
      item.hidden = !fits;
      shown += fits;
    }
    for (const group of document.querySelectorAll("[data-group]")) group.hidden = !group.querySelector("[data-item]:not([hidden])");
    status.textContent = words.length || choice?.value ? `${shown} of ${items.length}` : "";
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", show);
  form.hidden = false;
  show();
}
