// Which way a deal goes at a gateway: a condition for each flow out of it, and the one that is taken by default.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { fieldsOf, shownBy } from '../changing.js';
import { simple, written } from '../conditions.js';
import { _ } from '../words.js';
import { button, h, select, text } from './controls.js';

const IS = ['==', '!=', '<', '<=', '>', '>='];
const says = () => ({ '==': _('is'), '!=': _('is not'), '<': '<', '<=': '≤', '>': '>', '>=': '≥' });

export const chooses = (element) => isAny(element, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']);

const bodyOf = (flow) => flow.businessObject.conditionExpression?.body ?? '';
const nameOf = (flow) => shownBy(flow).name || shownBy(flow.target).name || flow.target.id;

export function ways(element, about) {
  const { changing } = about;
  const flows = element.outgoing.filter((one) => is(one, 'bpmn:SequenceFlow'));
  if (flows.length < 2) return null;
  const fallback = element.businessObject.default?.id ?? '';
  const choose = (id) =>
    changing.together(() => {
      const flow = flows.find((one) => one.id === id);
      changing.modeling.updateProperties(element, { default: flow?.businessObject });
      if (flow) changing.set(flow, flow.businessObject, { conditionExpression: undefined });
    });
  const conditions = flows
    .filter((flow) => flow.id !== fallback)
    .map((flow) => h('fieldset', { class: 'field' }, h('legend', {}, _('To “%(name)s” when', { name: nameOf(flow) })), built(flow, about)));
  return {
    title: _('Which way a deal goes'),
    controls: [
      ...conditions,
      select({
        key: 'default',
        label: _('Otherwise to'),
        help: _('The way that a deal takes when nothing else holds.'),
        value: fallback,
        options: [['', '–'], ...flows.map((flow) => [flow.id, nameOf(flow)])],
        set: choose,
      }),
    ],
  };
}

export function condition(element, about) {
  if (!chooses(element.source)) return [];
  if (element.source.businessObject.default === element.businessObject) {
    return [{ title: _('Condition'), controls: [h('p', { class: 'note' }, _('Deals take this way when no other condition holds.'))] }];
  }
  return [{ title: _('Condition'), controls: built(element, about) }];
}

/** Rows of field, comparison and value where the condition is so simple; beside them the text, which may be anything. */
function built(flow, about) {
  const { changing, modeler } = about;
  const key = `condition.${flow.id}`;
  const fields = new Map(fieldsOf(modeler).map((field) => [field.id, field]));
  const body = bodyOf(flow);
  const found = simple(body);
  const set = (said) => {
    const made = said ? changing.create('bpmn:FormalExpression', { body: said }, flow.businessObject) : undefined;
    changing.set(flow, flow.businessObject, { conditionExpression: made });
  };
  const put = (parts, join = found.join) => set(written({ join, parts }, fields));
  const rows = [];
  if (found) {
    found.parts.forEach((part, number) => {
      const change = (values) => put(found.parts.map((one, place) => (place === number ? { ...one, ...values, text: undefined } : one)));
      if (number === 1) rows.push(join(key, found.join, (said) => put(found.parts, said)));
      rows.push(row(`${key}.${number}`, part, fields, change, () => put(found.parts.filter((_one, place) => place !== number))));
    });
    const first = [...fields.keys()].find((id) => !found.parts.some((part) => part.field === id));
    if (first) {
      const next = { field: first, is: '==', value: start(fields.get(first)) };
      rows.push(button(`${key}.add`, found.parts.length ? _('Add a comparison') : _('Compare an answer'), () => put([...found.parts, next]), { class: 'btn small' }));
    }
  }
  return [
    ...rows,
    text({ key: `${key}.text`, label: _('As text'), help: found ? undefined : _('Too rich for the rows above: change it here.'), long: true, rows: 2, mono: true, reshapes: true, value: body, set }),
  ];
}

const start = (field) => (field.type === 'yes_no' ? 'true' : ['number', 'money'].includes(field.type) ? '0' : (field.get('options')[0]?.value ?? ''));

const join = (key, value, set) => select({ key: `${key}.join`, label: _('Which must hold'), value, options: [['and', _('all of them')], ['or', _('one of them')]], set });

function row(key, part, fields, change, remove) {
  const field = fields.get(part.field);
  const pick = (name, label, value, options, set) => {
    const known = options.some(([one]) => one === value) ? options : [[value, value], ...options];
    return h('select', { class: 'in', 'data-key': `${key}.${name}`, 'aria-label': label, onchange: (event) => set(event.target.value) }, known.map(([one, said]) => h('option', { value: one, selected: one === value }, said)));
  };
  const names = [...fields.values()].map((one) => [one.id, one.label || one.id]);
  return h(
    'div',
    { class: 'compare' },
    pick('field', _('Answer'), part.field, names, (id) => change({ field: id, value: start(fields.get(id)) })),
    pick('is', _('Comparison'), part.is, IS.map((one) => [one, says()[one]]), (said) => change({ is: said })),
    value(key, part, field, change, pick),
    button(`${key}.gone`, '×', remove, { class: 'btn text small', 'aria-label': _('Remove'), title: _('Remove') }),
  );
}

function value(key, part, field, change, pick) {
  if (field?.type === 'yes_no') return pick('value', _('Value'), part.value, [['true', _('yes')], ['false', _('no')]], (said) => change({ value: said }));
  if (field?.get('options')?.length) {
    return pick('value', _('Value'), part.value, field.get('options').map((one) => [one.value, one.label || one.value]), (said) => change({ value: said }));
  }
  const control = h('input', { class: 'in', 'data-key': `${key}.value`, 'aria-label': _('Value'), onchange: (event) => change({ value: event.target.value }) });
  control.value = part.value;
  return control;
}
