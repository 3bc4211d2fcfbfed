// A form whose answer opens in another tab: the page behind it is out of date when somebody comes back.
let isOld = false;

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-reload-after]")) isOld = true;
});
document.addEventListener("visibilitychange", () => {
  if (isOld && document.visibilityState === "visible") location.reload();
});
