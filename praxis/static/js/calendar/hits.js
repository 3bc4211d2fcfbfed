// Arrow keys lead from the search field into its hits, from hit to hit, and back; Enter then chooses as any button.
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = step && event.target.closest?.(".field:has(ul.hits)");
  if (!field || event.altKey || event.ctrlKey || event.metaKey) return;
  const stops = [field.querySelector("[role=searchbox]"), ...field.querySelectorAll("ul.hits button")];
  const next = stops[stops.indexOf(event.target) + step];
  if (!stops.includes(event.target)) return;
  event.preventDefault();
  next?.focus();
});
