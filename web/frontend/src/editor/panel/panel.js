// The panel beside the canvas: what is chosen there, in words and controls. Made anew when the choice or the file changes,
// with the focus left where it was.
import { finish, h, typing } from './controls.js';
import { sections } from './sections.js';
import { told } from './told.js';
import { _ } from '../words.js';

export function panel(place, about) {
  const { modeler } = about;
  const selection = modeler.get('selection');
  let shown = null;

  const chosen = () => {
    const [one, ...more] = selection.get();
    if (more.length) return null;
    return (one?.labelTarget ?? one) || modeler.get('canvas').getRootElement();
  };

  // What the checks say comes later than the rest, and may come while somebody types.
  const said = h('div', {});
  const tell = () => {
    if (shown && !said.contains(document.activeElement)) said.replaceChildren(told(shown, about));
  };

  const make = () => {
    const element = chosen();
    // Before the first file is there, the canvas is of nothing.
    if (element && !element.businessObject) return;
    finish();
    const focus = document.activeElement?.closest?.('[data-key]')?.dataset.key;
    const folded = new Map([...place.querySelectorAll('details[data-title]')].map((one) => [one.dataset.title, one.open]));
    const same = element === shown;
    shown = element;
    about.live = null;
    if (!element) {
      place.replaceChildren(h('p', { class: 'quiet' }, _('%(count)d elements are chosen.', { count: selection.get().length })));
      return;
    }
    place.replaceChildren(
      h('h2', {}, about.kind(element)),
      said,
      ...sections(element, about).map((section) => group(section, same ? folded : new Map())),
    );
    tell();
    const again = same && focus ? place.querySelector(`[data-key="${CSS.escape(focus)}"]`) : null;
    again?.focus();
    // As when it was reached by the keyboard: what is typed replaces what is there.
    if (again?.tagName === 'INPUT' && again.type !== 'checkbox') again.select();
    if (!same) place.scrollTop = 0;
  };

  // A text may say what other controls show as well: they follow once it is left, but not under a press that is going on.
  let [wanted, pressed] = [false, false];
  const follow = () =>
    setTimeout(() => {
      if (!wanted || pressed) return;
      wanted = false;
      make();
    });
  place.addEventListener('left', () => {
    wanted = true;
    follow();
  });
  place.addEventListener('pointerdown', () => (pressed = true));
  document.addEventListener('pointerup', () => {
    pressed = false;
    follow();
  });

  modeler.on('selection.changed', make);
  modeler.on('commandStack.changed', () => {
    if (!typing.now) make();
  });
  modeler.on('import.done', make);
  return { make, finish, tell };
}

function group({ title, controls, folded }, before) {
  const inside = h('div', { class: 'stack' }, controls);
  if (!title) return inside;
  return h('details', { 'data-title': title, open: before.get(title) ?? !folded }, h('summary', {}, title), inside);
}
