// The call itself, the same for both sides. The server gives the epochs; a new epoch means fresh connections for everybody.
// The practice always offers; between others the lower member does.

import { connect } from "./peer.js";
import { watchQuality } from "./quality.js";

/**
 * onTell(key, name): what the status line says, a key of the words.
 * isPractice: of this side. me(): the own member id.
 */
export function openCall({ mailbox, devices, tiles, chat, isPractice, onTell }) {
  const links = new Map();
  let people = new Map();
  let chain = Promise.resolve();
  let isJoined = false;
  let isEntering = false;
  let turn = null;
  let me = 0;

  const offersTo = (person) => (isPractice === (person.side === "practice") ? me < person.id : isPractice);

  /** In, or in again after a loss: the next epoch begins. False when the server does not let this member in. */
  async function join() {
    if (isEntering) return true;
    isEntering = true;
    isJoined = true;
    mailbox.hurry(true);
    const entered = await mailbox.enter();
    isEntering = false;
    if (!entered) leave();
    if (!isJoined) return false;
    adopt(entered.epoch, entered.turn);
    meetAll();
    mailbox.poke();
    return true;
  }

  /** Every answer of the mailbox. Letters are handled one after another: an offer must find its connection. */
  function follow(state) {
    me = state.me ?? me;
    const peers = state.peers ?? [];
    people = new Map(peers.filter((person) => person.admitted && !person.left).map((person) => [person.id, person]));
    if (!isJoined || isEntering) return;
    adopt(state.epoch, state.turn);
    for (const person of peers) if (person.left && links.has(person.id)) onTell("left", person.name);
    for (const id of links.keys()) if (!people.has(id)) part(id);
    meetAll();
    for (const letter of state.messages ?? []) {
      chain = chain.then(() => take(letter)).catch(() => {});
    }
    mailbox.hurry([...links.values()].some((link) => link.person.present && (link.isClosed || link.pc.connectionState !== "connected")));
  }

  function meetAll() {
    for (const person of people.values()) if (links.has(person.id) || person.present) meet(person);
  }

  function adopt(epoch, freshTurn) {
    if (!epoch || epoch <= mailbox.epoch) return;
    mailbox.epoch = epoch;
    turn = freshTurn ?? turn;
    for (const id of [...links.keys()]) part(id, true);
  }

  async function take(letter) {
    if (letter.epoch !== mailbox.epoch || !isJoined) return;
    const person = people.get(letter.from);
    if (!person) return;
    if (letter.kind === "bye") return onTell("left", person.name);
    await meet(person).handle(letter.kind, letter.payload);
  }

  function meet(person) {
    const known = links.get(person.id);
    if (known) {
      known.person = person;
      return known;
    }
    const link = connect({
      offers: offersTo(person),
      turn,
      track: devices.track,
      send: (kind, payload) => mailbox.send(person.id, kind, payload),
      onTrack: (track) => tiles.addTrack(person, track),
      onChannel: (channel) => {
        chat.attach(person, channel);
        // The other page closes or loads anew: its next epoch is near.
        channel.onclose = () => { link.isClosed = true; mailbox.hurry(true); };
      },
      onState: (state) => see(links.get(person.id), state),
      onLost: () => { if (people.get(person.id)?.present) join(); else link.expectConnection(); },
    });
    link.person = person;
    links.set(person.id, link);
    window.pc = link.pc;
    tiles.clear(person);
    tiles.tell(person, "connecting");
    link.unwatch = watchQuality(link.pc, (level) => tiles.tell(link.person, "connected", level));
    if (!offersTo(person)) mailbox.send(person.id, "ready");
    return link;
  }

  function see(link, state) {
    if (!link) return;
    const shown = { connected: "connected", disconnected: "broken", failed: "broken" }[state];
    if (!shown) return;
    tiles.tell(link.person, shown);
    onTell(shown, link.person.name);
    mailbox.hurry(shown === "broken");
  }

  /** The tile stays when the person is only met anew. */
  function part(id, isAgain = false) {
    const link = links.get(id);
    link.unwatch();
    link.close();
    links.delete(id);
    chat.detach(id);
    if (!isAgain || !people.has(id)) tiles.remove(id);
    else tiles.tell(link.person, link.wasConnected() ? "broken" : "connecting");
  }

  function showTracks() {
    for (const link of links.values()) link.showTracks().catch(() => {});
    chat.tellFacts();
  }

  /** Hung up or over. What is still to say is said by the caller before. */
  function leave() {
    isJoined = false;
    for (const id of [...links.keys()]) part(id);
    mailbox.hurry(false);
    window.pc = undefined;
  }

  return {
    join, follow, showTracks, leave,
    sayBye: () => { for (const id of links.keys()) mailbox.send(id, "bye"); },
    isJoined: () => isJoined,
  };
}
