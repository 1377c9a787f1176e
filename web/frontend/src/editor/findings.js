// What the checks find, asked of the server when drawing pauses: a mark on each element, and a list.
import { h } from './panel/controls.js';
import { _ } from './words.js';

export function findings(list, count, { modeler, ask, choose }) {
  let found = [];
  let turn = 0;
  const overlays = modeler.get('overlays');
  const registry = modeler.get('elementRegistry');

  const mark = () => {
    overlays.remove({ type: 'finding' });
    const by = new Map();
    for (const one of found) by.set(shown(one.element), [...(by.get(shown(one.element)) ?? []), one]);
    for (const [element, told] of by) {
      if (!element || !element.parent) continue;
      const worst = told.some((one) => one.severity === 'error') ? 'error' : 'warning';
      const html = h('span', { class: `finding ${worst}`, title: told.map((one) => `${one.message} ${one.why}`).join('\n') }, String(told.length));
      const position = element.waypoints ? { top: -8, left: 0 } : { top: -10, right: 10 };
      overlays.add(element.id, 'finding', { position, html, show: { minZoom: 0.3 } });
    }
  };

  // A stage is shown by its group; what the canvas does not show is told in the list alone.
  const shown = (id) =>
    registry.get(id) ??
    registry.find((one) => one.type === 'bpmn:Group' && !one.labelTarget && one.businessObject.categoryValueRef?.id === id) ??
    registry.find((one) => one.type === 'bpmn:Participant' && one.businessObject.processRef?.id === id);

  const tell = () => {
    const errors = found.filter((one) => one.severity === 'error').length;
    count.textContent = found.length ? String(found.length) : '';
    count.className = `count ${errors ? 'error' : found.length ? 'warning' : ''}`;
    list.replaceChildren(
      found.length
        ? h(
            'ul',
            {},
            found.map((one) => {
              const element = shown(one.element);
              const chip = h('span', { class: `chip ${one.severity === 'error' ? 'loss' : 'late'}` }, one.severity === 'error' ? _('error') : _('warning'));
              const text = element ? h('button', { type: 'button', class: 'plain', onclick: () => choose(element) }, one.message) : h('span', {}, one.message);
              return h('li', {}, chip, ' ', text);
            }),
          )
        : h('p', { class: 'quiet' }, _('Nothing is found: this can be published.')),
    );
  };

  return {
    async check(xml) {
      const mine = ++turn;
      const answer = await ask(xml).catch(() => null);
      if (mine !== turn || !answer?.ok) return false;
      found = (await answer.json()).findings;
      mark();
      tell();
      return true;
    },
    of: (id) => {
      const element = registry.get(id);
      return found.filter((one) => shown(one.element) === element);
    },
  };
}
