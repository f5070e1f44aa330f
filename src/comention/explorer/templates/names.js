// Offers names while one is typed, in the list that the browser itself shows. Without it every field is as before.
"use strict";
{
  const least = 2, pause = 150;
  const list = document.getElementById("names");
  let last = 0, timer;

  const offer = async (text) => {
    const mine = (last += 1);
    let found = [];
    if (text.trim().length >= least) {
      const answer = await fetch(`/names?q=${encodeURIComponent(text)}`).catch(() => null);
      found = answer?.ok ? await answer.json() : [];
    }
    if (mine !== last) return; // more was typed meanwhile
    list.replaceChildren(
      ...found.map((one) => Object.assign(document.createElement("option"), { value: one.name, label: one.label })),
    );
  };

  for (const field of document.querySelectorAll("input.names")) {
    field.setAttribute("list", list.id);
    field.autocomplete = "off";
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(offer, pause, field.value);
    });
  }
}
