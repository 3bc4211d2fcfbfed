// What to press when the browser may not use the camera: the words for this browser, and a way out of browsers inside
// other apps, which often give no camera at all.

const INSIDE_AN_APP = /FBAN|FBAV|Instagram|Line\/|GSA\/|; wv\)|WhatsApp|Snapchat|LinkedInApp|TikTok/;

export function browserName(agent = navigator.userAgent) {
  if (INSIDE_AN_APP.test(agent)) return "app";
  const isApple = /iPhone|iPad|iPod/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1);
  if (isApple) return "ios";
  if (/Firefox\//.test(agent)) return /Android/.test(agent) ? "firefox-android" : "firefox";
  if (/Edg\//.test(agent)) return "edge";
  if (/Android/.test(agent)) return "android";
  if (/Chrom(e|ium)\//.test(agent)) return "chrome";
  return "safari";
}

/** Shows the part of the guide for what is wrong; hides it when camera and microphone work. */
export function showGuide(guide, facts) {
  const reasons = new Set(Object.values(facts));
  const reason = ["denied", "busy", "none"].find((name) => reasons.has(name)) ?? "";
  guide.hidden = !reason;
  for (const part of guide.querySelectorAll("[data-reason]")) part.hidden = part.dataset.reason !== reason;
  const browser = browserName();
  for (const part of guide.querySelectorAll("[data-browser]")) part.hidden = part.dataset.browser !== browser;
}
