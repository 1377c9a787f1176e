// The controls of the panel: plain inputs with labels, made anew when another element is chosen. What is typed becomes a
// change of the file when typing pauses, and at once when the control is left.
import { _ } from '../words.js';

const PAUSE = 100;
let pending = null;

/** Whatever has been typed and is not in the file yet. */
export function finish() {
  if (!pending) return;
  const { timer, act } = pending;
  clearTimeout(timer);
  pending = null;
  act();
}

function soon(act) {
  if (pending && pending.act !== act) finish();
  clearTimeout(pending?.timer);
  pending = { act, timer: setTimeout(finish, PAUSE) };
}

export function h(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, '');
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

let count = 0;

function labelled(label, control, help) {
  const id = (control.id ||= `control-${(count += 1)}`);
  const more = help && h('span', { class: 'help', id: `${id}.help` }, help);
  if (more) control.setAttribute('aria-describedby', more.id);
  return h('div', { class: 'field' }, h('label', { for: id }, label), more, control);
}

/** True while what was typed is put into the file: the control itself shows it already. */
export const typing = { now: false };

/** `reshapes`: what is typed here shows in other controls too. */
export function typed(control, value, set, reshapes = false) {
  control.value = value ?? '';
  let known = control.value;
  const keep = () => {
    if (control.value === known) return;
    known = control.value;
    typing.now = true;
    try {
      set(known.trim());
    } finally {
      typing.now = false;
    }
  };
  control.addEventListener('input', () => soon(keep));
  control.addEventListener('change', () => {
    if (pending) finish();
    else keep();
    if (reshapes) control.dispatchEvent(new CustomEvent('left', { bubbles: true }));
  });
  return control;
}

/** `key` tells the same control before and after the panel was made anew, so that the focus stays where it was. */
export function text({ key, label, help, value, set, long = false, mono = false, reshapes = false, ...more }) {
  const kind = { class: `in${mono ? ' mono' : ''}`, 'data-key': key, spellcheck: mono ? 'false' : 'true' };
  const control = long ? h('textarea', { ...kind, rows: 3, ...more }) : h('input', { ...kind, ...more });
  return labelled(label, typed(control, value, set, reshapes), help);
}

export function select({ key, label, help, value, options, set }) {
  const known = options.some(([one]) => one === (value ?? ''));
  const all = known ? options : [...options, [value, value]];
  const control = h(
    'select',
    { class: 'in', 'data-key': key, onchange: () => set(control.value) },
    all.map(([one, said]) => h('option', { value: one, selected: one === (value ?? '') }, said)),
  );
  return labelled(label, control, help);
}

export function check({ key, label, help, value, set }) {
  const control = h('input', { type: 'checkbox', 'data-key': key, onchange: () => set(control.checked) });
  control.checked = Boolean(value);
  return h('div', { class: 'field' }, h('label', { class: 'choice' }, control, label), help && h('span', { class: 'help' }, help));
}

export const button = (key, label, onclick, more = {}) => h('button', { type: 'button', class: 'btn', 'data-key': key, onclick, ...more }, label);

/** Things in a row, each with what `made` makes of it, which can be added, taken away and put higher or lower. */
export function list({ key, label, items, made, add, addLabel, remove, swap }) {
  const named = (word, number) => ({ 'aria-label': `${word}: ${label} ${number + 1}`, title: word, class: 'btn text small' });
  const rows = items.map((item, number) =>
    h(
      'li',
      {},
      h('div', { class: 'item' }, made(item, number)),
      h(
        'div',
        { class: 'row' },
        button(`${key}.${number}.up`, '↑', () => swap(number - 1, number), { ...named(_('Up'), number), disabled: number === 0 }),
        button(`${key}.${number}.down`, '↓', () => swap(number, number + 1), { ...named(_('Down'), number), disabled: number === items.length - 1 }),
        button(`${key}.${number}.gone`, '×', () => remove(number), named(_('Remove'), number)),
      ),
    ),
  );
  return h(
    'fieldset',
    { class: 'field list' },
    h('legend', {}, label),
    rows.length ? h('ol', {}, rows) : null,
    button(`${key}.add`, addLabel ?? _('Add'), add, { class: 'btn small' }),
  );
}

/** A line of text in a list, as high as what is in it. */
export const line = (key, label) => h('textarea', { class: 'in line', rows: 1, 'data-key': key, 'aria-label': label });

/** One line of text for each item of a list. `read` gives what there is now: more may have been typed since. */
export function texts({ key, label, read, write, addLabel }) {
  return list({
    key,
    label,
    addLabel,
    items: read(),
    made: (value, number) =>
      typed(line(`${key}.${number}`, `${label} ${number + 1}`), value, (said) => write(read().map((one, place) => (place === number ? said : one)))),
    add: () => write([...read(), '']),
    remove: (number) => write(read().filter((_one, place) => place !== number)),
    swap: (one, other) => write(swapped(read(), one, other)),
  });
}

export function swapped(items, one, other) {
  const changed = [...items];
  [changed[one], changed[other]] = [items[other], items[one]];
  return changed;
}
