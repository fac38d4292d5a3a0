// The finder of the home page: its list of names is loaded when it is first used.
"use strict";
{
  const MOST = 12;
  const form = document.querySelector("[data-find]");
  const input = form.querySelector("input");
  const list = form.querySelector("ul");
  const status = form.querySelector("[role=status]");
  let loading;
  const load = () => loading ??= fetch("assets/find.json").then((answer) => answer.json())
    .then((entries) => entries.map(([kind, address, name, others]) => ({ kind, address, name, text: `${name} ${others}`.toLowerCase() })));
  const rank = ({ name }, typed) => [name.toLowerCase() === typed, name.toLowerCase().startsWith(typed), true].indexOf(true);
  const item = (entry) => {
    const link = document.createElement("a");
    link.href = entry.address;
    for (const text of [entry.name, entry.kind]) link.append(Object.assign(document.createElement("span"), { textContent: text }));
    const line = document.createElement("li");
    line.append(link);
    return line;
  };
  const show = async () => {
    const entries = await load();
    const typed = input.value.trim().toLowerCase();
    const words = typed.split(/\s+/).filter(Boolean);
    const found = words.length ? entries.filter((entry) => words.every((word) => entry.text.includes(word))) : [];
    found.sort((one, other) => rank(one, typed) - rank(other, typed));
    list.replaceChildren(...found.slice(0, MOST).map(item));
    status.textContent = !words.length ? "" : found.length > MOST ? `${found.length.toLocaleString("en")} found, the first ${MOST} shown` : `${found.length} found`;
  };
  input.addEventListener("focus", load);
  input.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show().then(() => list.querySelector("a")?.click());
  });
  form.hidden = false;
}
