// A button that copies the field named in data-copy; hidden where the browser has no clipboard for us.
document.querySelectorAll("[data-copy]").forEach((button) => {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    await navigator.clipboard.writeText(field.value);
    document.getElementById("speech").textContent = button.dataset.copied;
    button.querySelector("span").textContent = button.dataset.copied;
  });
});
