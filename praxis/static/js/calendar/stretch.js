// The handle at the lower edge of an appointment: only where the pointer is, so the page need not carry hundreds.
const handle = document.createElement("span");
handle.className = "stretch";
handle.setAttribute("aria-hidden", "true");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch" || event.buttons) return;
  const appointment = event.target.closest?.('#grid td[data-kind="appointment"]:not(.stack) .appt');
  if (appointment) {
    if (handle.parentElement !== appointment) appointment.append(handle);
  } else if (handle.isConnected) handle.remove();
});
