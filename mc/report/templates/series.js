// Series of inlined figures: point at a line or its label to bring it out, click its label to hide
// it. Lines have data-series, labels data-label; figures without JavaScript stay as they are.
for (const svg of document.querySelectorAll("figure svg")) {
  const lines = [...svg.querySelectorAll("[data-series]")];
  const labels = [...svg.querySelectorAll("[data-label]")];
  const hidden = new Set();
  const bringOut = (name) => {
    for (const line of lines) {
      line.style.opacity = name && line.dataset.series !== name ? 0.12 : "";
    }
    for (const label of labels) {
      const isFaint = hidden.has(label.dataset.label) || (name && label.dataset.label !== name);
      label.style.opacity = isFaint ? 0.35 : "";
    }
  };
  const toggle = (name) => {
    if (!hidden.delete(name)) hidden.add(name);
    for (const line of lines) line.style.display = hidden.has(line.dataset.series) ? "none" : "";
    for (const label of labels) {
      label.setAttribute("aria-pressed", hidden.has(label.dataset.label));
    }
    bringOut("");
  };
  for (const line of lines) {
    line.addEventListener("mouseenter", () => bringOut(line.dataset.series));
    line.addEventListener("mouseleave", () => bringOut(""));
  }
  for (const label of labels) {
    const name = label.dataset.label;
    label.setAttribute("role", "button");
    label.setAttribute("tabindex", "0");
    label.setAttribute("aria-label", "show or hide " + name);
    label.setAttribute("aria-pressed", "false");
    for (const event of ["mouseenter", "focus"]) label.addEventListener(event, () => bringOut(name));
    for (const event of ["mouseleave", "blur"]) label.addEventListener(event, () => bringOut(""));
    label.addEventListener("click", () => toggle(name));
    label.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      toggle(name);
    });
  }
}
