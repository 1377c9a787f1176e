// The draft is kept on the server whenever drawing pauses; and in this browser, until the server has it. Nobody writes over
// what they have not seen.
import { _ } from './words.js';

const LOOK_EVERY = 15_000;
const TRY_AGAIN = 5_000;

export function keeping(root, { xml, told, token }) {
  const { source, state, apart } = root.dataset;
  const slot = `parcours.draft.${root.dataset.draft}`;
  let revision = Number(root.dataset.revision);
  // What the server has, as this editor writes it; and what was sent to it last.
  let kept = null;
  let sent = null;
  let sending = false;
  let waiting = false;
  let refused = false;

  const send = (address, method, body) =>
    fetch(address, { method, body, headers: { 'Content-Type': 'application/xml', Accept: 'application/json', 'X-CSRFToken': token } });

  /** `given`: what there is now, where the caller knows it. */
  const keep = async (given) => {
    if (refused) {
      remember(given ?? (await xml()));
      return;
    }
    if (sending) {
      waiting = true;
      return;
    }
    sending = true;
    waiting = false;
    const now = given ?? (await xml());
    try {
      if (now !== kept) {
        remember(now);
        told('sending', _('Saving…'));
        await put(now);
      } else told('kept', _('Saved'));
    } finally {
      sending = false;
    }
    if (waiting) await keep();
  };

  const put = async (now) => {
    const before = sent;
    sent = now;
    const answer = await send(`${source}?revision=${revision}`, 'PUT', now).catch(() => null);
    if (!answer) return later(_('The server cannot be reached. Your changes are kept in this browser, and sent as soon as it answers.'));
    const said = await answer.json().catch(() => ({ text: answer.statusText }));
    // Without a sign-in there is no answer of ours; after a new one, the page's token is an old one.
    if (answer.redirected || said.stale) return renewed();
    if (answer.ok) return done(now, said.revision);
    if (answer.status === 409 && (await isOurs(before))) return put(now);
    refused = answer.status === 409 || answer.status === 404;
    told(refused ? 'changed' : 'refused', said.text);
  };

  const done = (now, number) => {
    kept = now;
    revision = number;
    root.querySelectorAll('[name=revision]').forEach((input) => (input.value = number));
    forget();
    told('kept', _('Saved'));
  };

  const later = (text) => {
    told('away', text);
    setTimeout(() => keep(), TRY_AGAIN);
  };

  const renewed = async () => {
    const found = await look();
    if (found) token = found.token;
    later(found ? _('Saving…') : _('You are signed out. Sign in again in another tab, then go on here: nothing is lost.'));
  };

  /** Whether what stands on the server is what was sent before, whose answer was lost on its way. */
  const isOurs = async (before) => {
    const found = before && (await look());
    const there = found && (await fetch(source).catch(() => null));
    if (!there?.ok || (await there.text()) !== before) return false;
    revision = found.revision;
    return true;
  };

  // Storage may be full or forbidden; then there is the question before the page closes.
  const remember = (now) => {
    try {
      localStorage.setItem(slot, JSON.stringify({ revision, xml: now }));
    } catch {}
  };
  const forget = () => {
    try {
      localStorage.removeItem(slot);
    } catch {}
  };
  const remembered = () => {
    try {
      return JSON.parse(localStorage.getItem(slot));
    } catch {
      return null;
    }
  };

  const look = async () => {
    const answer = await fetch(state, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return null;
    const found = await answer.json();
    return { ...found, newer: found.revision > revision && !sending };
  };

  const aside = async () => {
    const answer = await send(apart, 'POST', await xml());
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) return told('changed', said.text ?? answer.statusText);
    forget();
    refused = true;
    location.assign(said.address);
  };

  return {
    keep,
    look,
    every: LOOK_EVERY,
    aside,
    remembered,
    forget,
    /** What the server has, as this editor writes it. */
    begin: (now) => (kept = now),
    get revision() {
      return revision;
    },
    /** Somebody else was quicker, or the draft is gone: it is for the person to say what becomes of theirs. */
    get isRefused() {
      return refused;
    },
  };
}
