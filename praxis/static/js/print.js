// [data-print]: a button that prints the page; without scripts it stays hidden, the browser's own menu does it then.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
