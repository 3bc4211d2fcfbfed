// Whoever is not found was typed into the search field already: the name goes on into the fields of a new person.
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details.newperson") || !target.open) return;
  const { q, last_name: last, first_name: first, birth_date: born } = target.closest("form").elements;
  if (!q?.value.trim() || last.value || first.value || born.value) return;
  const name = nameIn(q.value);
  if (!name.last) return;
  last.value = name.last;
  first.value = name.first;
  born.value = name.born;
}, true);

/** "Zimmermann, Karl 010260" or "Zimmermann Karl": what has digits is the birth date. */
function nameIn(typed) {
  const words = typed.replaceAll(",", ", ").split(/\s+/).filter(Boolean);
  const isName = (word) => !/\d/.test(word);
  const text = words.filter(isName).join(" ");
  const [last, ...rest] = text.includes(",") ? text.split(",") : text.split(" ");
  const born = words.find((word) => !isName(word)) ?? "";
  return { last: last.trim(), first: rest.join(" ").trim(), born: /^[\d.]{6,10}$/.test(born) ? born : "" };
}
