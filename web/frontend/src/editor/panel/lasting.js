// A length of time: so many days, weeks or months; beside it the text that stands in the file, for what is not so simple.
import { duration, length } from '../times.js';
import { _ } from '../words.js';
import { h, text } from './controls.js';

export const units = () => [['H', _('hours')], ['D', _('days')], ['W', _('weeks')], ['M', _('months')]];

/** Two controls for { count, unit }; `set` gets null when the count is taken away. */
export function counted({ key, label, value, set }) {
  const count = h('input', { class: 'in', type: 'number', min: 1, max: 999, 'data-key': `${key}.count`, 'aria-label': _('%(what)s: how many', { what: label }) });
  const unit = h(
    'select',
    { class: 'in', 'data-key': `${key}.unit`, 'aria-label': _('%(what)s: unit', { what: label }) },
    units().map(([one, said]) => h('option', { value: one, selected: one === (value?.unit ?? 'D') }, said)),
  );
  count.value = value?.count ?? '';
  const keep = () => set(count.value && count.checkValidity() ? { count: Number(count.value), unit: unit.value } : null);
  count.addEventListener('change', keep);
  unit.addEventListener('change', () => count.value && keep());
  return [count, unit];
}

export function lasting({ key, label, value, set }) {
  const simple = value ? length(value) : null;
  const parts = !value || simple ? counted({ key, label, value: simple, set: (said) => set(said ? duration(said) : '') }) : [];
  const iso = text({ key: `${key}.iso`, label: _('As it stands in the file (ISO 8601)'), mono: true, reshapes: true, value, set });
  return h(
    'fieldset',
    { class: 'field' },
    h('legend', {}, label),
    h('div', { class: 'row lasting' }, parts),
    h('details', { open: Boolean(value && !simple) }, h('summary', {}, value || _('as text')), iso),
  );
}
