// What the checks say of the chosen element: why, what can be mended with one click, and silencing it with a reason.
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { _ } from '../words.js';
import { button, h } from './controls.js';

/** The part of the file that a finding is about: a stage is shown by its group, a process by its pool or its canvas. */
function partOf(element, id, modeler) {
  const part = element.businessObject;
  if (part.id === id) return part;
  if (part.categoryValueRef?.id === id) return part.categoryValueRef;
  if (part.processRef?.id === id) return part.processRef;
  return modeler.getDefinitions().get('rootElements').find((one) => one.id === id && is(one, 'bpmn:Process'));
}

const MENDS = {
  not_executable: { label: () => _('Let deals run on it'), act: (changing, element, part) => changing.set(element, part, { isExecutable: true }) },
  few_follow_ups: { label: () => _('Every 7 days, 7 times'), act: sevenTimes },
  gateway_condition: { label: () => _('Take the last way by default'), act: lastByDefault },
};

function sevenTimes(changing, element, part) {
  const event = part.get('eventDefinitions')?.[0];
  const body = changing.create('bpmn:FormalExpression', { body: 'R7/P7D' }, event);
  changing.set(element, event, { timeDuration: undefined, timeDate: undefined, timeCycle: body });
}

function lastByDefault(changing, element) {
  const flow = element.outgoing.at(-1);
  changing.modeling.updateProperties(element, { default: flow.businessObject });
  changing.set(flow, flow.businessObject, { conditionExpression: undefined });
}

/** Whether a click can mend it here. */
function mendOf(one, element, part) {
  if (one.rule === 'few_follow_ups' && !part?.get?.('eventDefinitions')?.length) return null;
  if (one.rule === 'gateway_condition' && !(is(element, 'bpmn:ExclusiveGateway') && !part.default && element.outgoing.length > 1)) return null;
  return MENDS[one.rule] ?? null;
}

export function told(element, { changing, modeler, findings }) {
  const all = findings.of(element.id);
  if (!all.length) return '';
  return h('ul', { class: 'told' }, all.map((one, number) => note(one, number, element, changing, modeler)));
}

function note(one, number, element, changing, modeler) {
  const part = partOf(element, one.element, modeler);
  const mend = part && mendOf(one, element, part);
  return h(
    'li',
    { class: `note ${one.severity === 'error' ? 'loss' : 'late'}` },
    h('p', {}, one.message),
    one.why ? h('p', { class: 'quiet' }, one.why) : null,
    mend ? button(`mend.${number}`, mend.label(), () => changing.together(() => mend.act(changing, element, part)), { class: 'btn small' }) : null,
    one.severity === 'warning' && part ? silencing(one, number, element, part, changing) : null,
  );
}

function silencing(one, number, element, part, changing) {
  const reason = h('input', { class: 'in', 'aria-label': _('Why it does not matter here'), placeholder: _('Why it does not matter here'), required: true });
  const silence = () => {
    if (!reason.value.trim()) return reason.focus();
    changing.together(() => {
      let held = part.get('extensionElements');
      if (!held) {
        held = changing.create('bpmn:ExtensionElements', { values: [] }, part);
        changing.set(element, part, { extensionElements: held });
      }
      const made = changing.create('sales:Silence', { rule: one.rule, reason: reason.value.trim() }, held);
      changing.set(element, held, { values: [...held.get('values'), made] });
    });
  };
  return h('details', {}, h('summary', {}, _('Silence it here…')), h('div', { class: 'row' }, reason, button(`silence.${number}`, _('Silence'), silence, { class: 'btn small' })));
}
