// The pictures of the others. One tile each; without a picture it shows who is there and why nothing is seen.

/** root holds [data-tiles] and template#tile-template; words: see _words.html. */
export function openTiles({ root, words }) {
  const place = root.querySelector("[data-tiles]");
  const template = document.getElementById("tile-template");
  const tiles = new Map();

  function tileOf(person) {
    if (!tiles.has(person.id)) {
      tiles.set(person.id, build(person));
      count();
    }
    return tiles.get(person.id);
  }

  function build(person) {
    const element = template.content.firstElementChild.cloneNode(true);
    element.dataset.member = person.id;
    const stream = new MediaStream();
    const video = Object.assign(document.createElement("video"), { autoplay: true, playsInline: true, srcObject: stream });
    element.prepend(video);
    for (const part of element.querySelectorAll("[data-name]")) part.textContent = person.name;
    place.append(element);
    return { element, video, stream, facts: null };
  }

  function count() {
    place.dataset.count = String(tiles.size);
  }

  /** A fresh connection: its tracks replace those of the last one. */
  function clear(person) {
    const tile = tileOf(person);
    for (const track of tile.stream.getTracks()) tile.stream.removeTrack(track);
    tile.facts = null;
  }

  function addTrack(person, track) {
    const tile = tileOf(person);
    for (const old of tile.stream.getTracks()) if (old.kind === track.kind) tile.stream.removeTrack(old);
    tile.stream.addTrack(track);
    play(tile.video);
  }

  /** Some browsers want a touch before they let sound out. */
  function play(video) {
    video.play().catch((error) => {
      if (error.name === "NotAllowedError") root.querySelector("[data-unmute]").hidden = false;
    });
  }

  root.querySelector("[data-unmute]").addEventListener("click", (event) => {
    event.currentTarget.hidden = true;
    for (const { video } of tiles.values()) play(video);
  });

  /** What the other side tells of its camera and microphone. */
  function hear(person, facts) {
    const { element } = tileOf(person);
    element.classList.toggle("is-dark", !facts.video);
    element.classList.toggle("is-screen", Boolean(facts.screen));
    element.querySelector("[data-muted]").hidden = Boolean(facts.audio);
  }

  /** state: connecting | connected | broken | left; level of the quality 3 | 2 | 1. */
  function tell(person, state, level = 3) {
    const { element } = tileOf(person);
    element.classList.toggle("is-still", state !== "connected");
    element.dataset.level = state === "connected" ? String(level) : "0";
    element.querySelector("[data-quality]").textContent = state === "connected" ? words[`level${level}`] : words[state];
  }

  function remove(id) {
    tiles.get(id)?.element.remove();
    tiles.delete(id);
    count();
  }

  return { clear, addTrack, hear, tell, remove };
}
