// The call itself, the same for both sides. The server gives the epochs; a new epoch means fresh connections for everybody.
// The practice always offers; between others the lower member does. While somebody waits, the practice has an offer ready:
// whoever is let in finds it behind the door.

import { connect } from "./peer.js";
import { watchQuality } from "./quality.js";

const SPARE_MS = 120_000;

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
  let entering = Promise.resolve();
  let hasEntered = () => {};
  let turn = null;
  let me = 0;
  let spare = null;

  const offersTo = (person) => (isPractice === (person.side === "practice") ? me < person.id : isPractice);

  /**
   * In, or in again after a loss: the next epoch begins. `found`: what the door opened on, so that this member joins the
   * epoch as it is and answers at once. False when the server does not let this member in.
   */
  async function join(found = null) {
    if (isEntering) return true;
    beginEntering();
    const joining = found?.may_join && found.turn ? () => meetBehindDoor(found) : null;
    if (joining) hasEntered();
    return settle(await mailbox.enter(joining));
  }

  /** Lets somebody in, coming in as well where this side was not in yet. */
  async function welcome(person) {
    const wasIn = isJoined;
    if (!wasIn) beginEntering();
    // Who has not said yes stays outside for a while: an offer would grow old.
    const isAwaited = person.present && person.consent_at;
    const link = isAwaited && !links.has(person.id) ? (spare ?? build()) : null;
    if (link === spare) spare = null;
    await link?.offered;
    const entered = await mailbox.admit(person.id, link?.described());
    if (entered && link) {
      adopt(entered.epoch, entered.turn);
      introduce(link, person);
      link.expectConnection();
      // The camera may have come while the door opened.
      link.showTracks().catch(() => {});
    } else link?.close();
    if (!entered && wasIn) return false;
    return settle(entered);
  }

  function settle(entered) {
    isEntering = false;
    if (!entered) leave();
    else if (isJoined) adopt(entered.epoch, entered.turn);
    hasEntered();
    if (!isJoined) return false;
    meetAll();
    mailbox.poke();
    return true;
  }

  async function meetBehindDoor({ epoch, turn: freshTurn, messages }) {
    adopt(epoch, freshTurn);
    const offering = new Set(messages.filter(({ kind }) => kind === "description").map(({ from }) => from));
    for (const person of people.values()) if (person.present) meet(person, !offering.has(person.id));
    for (const letter of messages) receive(letter);
    await chain;
  }

  /** Somebody may come in soon. An old offer may hold addresses that are gone. */
  function prepare(freshTurn) {
    turn = freshTurn ?? turn;
    if (!turn || (spare && performance.now() - spare.madeAt < SPARE_MS)) return;
    spare?.close();
    spare = build();
  }

  /** Every answer of the mailbox. Letters are handled one after another: an offer must find its connection. */
  function follow(state) {
    me = state.me ?? me;
    const peers = state.peers ?? [];
    people = new Map(peers.filter(isInvited).map((person) => [person.id, person]));
    if (!isJoined) return;
    if (!isEntering) {
      adopt(state.epoch, state.turn);
      for (const person of peers) if (person.left && links.has(person.id)) onTell("left", person.name);
      for (const id of links.keys()) if (!people.has(id)) part(id);
      meetAll();
    }
    for (const letter of state.messages ?? []) receive(letter);
    mailbox.hurry([...links.values()].some((link) => link.person.present && (link.isClosed || link.pc.connectionState !== "connected")));
  }

  /** In, or about to come. Whoever of the practice only looks at the waiting room is no part of the call. */
  function isInvited(person) {
    return person.admitted && !person.left && (person.in || person.side !== "practice");
  }

  /** In the call with a page that answers: worth calling for, and worth entering anew for. */
  function isThere(link) {
    const person = people.get(link.person.id);
    return Boolean(person?.in && person.present);
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

  /** While this side enters, its new epoch is not known here yet, but letters of it may come already. */
  function receive(letter) {
    chain = chain.then(() => entering).then(() => take(letter)).catch(() => {});
  }

  function beginEntering() {
    isEntering = isJoined = true;
    entering = new Promise((resolve) => { hasEntered = resolve; });
    mailbox.hurry(true);
  }

  async function take(letter) {
    if (letter.epoch !== mailbox.epoch || !isJoined) return;
    const person = people.get(letter.from);
    if (!person) return;
    if (letter.kind === "bye") return onTell("left", person.name);
    await meet(person).handle(letter.kind, letter.payload);
  }

  function meet(person, asksForOffer = true) {
    const known = links.get(person.id);
    if (known) {
      known.person = person;
      return known;
    }
    const link = introduce(build(offersTo(person)), person);
    if (!offersTo(person) && asksForOffer) {
      mailbox.send(person.id, "ready");
      if (isThere(link)) link.expectConnection();
    }
    return link;
  }

  /** A connection, not yet to anybody. Without `offers` it is one with its offer made ahead. */
  function build(offers = null) {
    const link = connect({
      offers: offers ?? true,
      turn,
      track: devices.track,
      send: (kind, payload) => {
        if (link.person && (kind !== "restart" || isThere(link))) mailbox.send(link.person.id, kind, payload);
      },
      onTrack: (track) => tiles.addTrack(link.person, track),
      onState: (state) => see(link, state),
      onLost: () => { if (isThere(link)) join(); else link.expectConnection(); },
    });
    link.madeAt = performance.now();
    if (offers === null) link.offered = link.prepare().catch(() => {});
    return link;
  }

  function introduce(link, person) {
    link.person = person;
    links.set(person.id, link);
    window.pc = Object.assign(link.pc, { epoch: mailbox.epoch });
    tiles.clear(person);
    tiles.tell(person, "connecting");
    chat.attach(person, link.channel);
    // The other page closes or loads anew: its next epoch is near.
    link.channel.onclose = () => {
      if (links.get(link.person.id) !== link) return;
      link.isClosed = true;
      tiles.tell(link.person, "broken");
      mailbox.hurry(true);
    };
    link.unwatch = watchQuality(link.pc, (level) => { if (!link.isClosed) tiles.tell(link.person, "connected", level); });
    return link;
  }

  function see(link, state) {
    if (links.get(link.person?.id) !== link) return;
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
    for (const link of [...links.values(), spare]) link?.showTracks().catch(() => {});
    chat.tellFacts();
  }

  /** Hung up or over. What is still to say is said by the caller before. */
  function leave() {
    isJoined = false;
    for (const id of [...links.keys()]) part(id);
    spare?.close();
    spare = null;
    mailbox.hurry(false);
    window.pc = undefined;
  }

  return {
    join, welcome, prepare, follow, showTracks, leave,
    sayBye: () => { for (const id of links.keys()) mailbox.send(id, "bye"); },
    isJoined: () => isJoined,
  };
}
