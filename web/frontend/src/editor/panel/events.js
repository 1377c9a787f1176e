// What an event waits for or tells: a time, once or again and again; or a message.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { extensionOf } from '../changing.js';
import { cycle, duration, length, repeated } from '../times.js';
import { _ } from '../words.js';
import { check, h, select, text } from './controls.js';
import { counted } from './lasting.js';

const KINDS = { timeDuration: 'timeDuration', timeCycle: 'timeCycle', timeDate: 'timeDate' };

export function timer(element, part, about) {
  const event = part.get('eventDefinitions')?.find((one) => one.$type === 'bpmn:TimerEventDefinition');
  if (!event) return null;
  const { changing } = about;
  const kind = Object.keys(KINDS).find((one) => event.get(one)) ?? 'timeDuration';
  const body = event.get(kind)?.body ?? '';
  const set = (said, as = kind) =>
    changing.together(() => {
      const made = changing.create('bpmn:FormalExpression', { body: said }, event);
      changing.set(element, event, { timeDuration: undefined, timeCycle: undefined, timeDate: undefined, [as]: made });
    });
  const controls = [
    select({
      key: 'timer.kind',
      label: _('When'),
      value: kind,
      options: [['timeDuration', _('after some time')], ['timeCycle', _('again and again')], ['timeDate', _('on a date')]],
      set: (as) => set(converted(body, kind, as), as),
    }),
    kind === 'timeDate' ? moment(body, set) : kind === 'timeCycle' ? again(body, set) : once(body, set),
    text({ key: 'timer.iso', label: _('As it stands in the file (ISO 8601)'), mono: true, reshapes: true, value: body, set }),
  ];
  if (is(element, 'bpmn:BoundaryEvent')) controls.push(interrupting(element, part, about));
  return { title: _('The timer'), controls };
}

function converted(body, from, to) {
  const each = from === 'timeCycle' ? cycle(body) : from === 'timeDuration' ? length(body) : null;
  if (to === 'timeDate') return '';
  const unit = each ?? { count: 7, unit: 'D' };
  return to === 'timeCycle' ? repeated({ ...unit, times: 6 }) : duration(unit);
}

function once(body, set) {
  const value = length(body);
  if (body && !value) return null;
  return h('fieldset', { class: 'field' }, h('legend', {}, _('After')), h('div', { class: 'row lasting' }, counted({ key: 'timer', label: _('After'), value, set: (said) => said && set(duration(said)) })));
}

function again(body, set) {
  const value = cycle(body);
  if (body && !value) return null;
  const known = value ?? { count: 7, unit: 'D', times: 6 };
  const times = h('input', { class: 'in', type: 'number', min: 1, max: 999, 'data-key': 'timer.times', 'aria-label': _('How many times; empty for always') });
  times.value = known.times ?? '';
  times.addEventListener('change', () => set(repeated({ ...known, times: times.value ? Number(times.value) : null })));
  return h(
    'fieldset',
    { class: 'field' },
    h('legend', {}, _('Every')),
    h('div', { class: 'row lasting' }, counted({ key: 'timer', label: _('Every'), value, set: (said) => said && set(repeated({ ...known, ...said })) }), times, _('times')),
  );
}

function moment(body, set) {
  const control = h('input', { class: 'in', type: 'date', 'data-key': 'timer.date', 'aria-label': _('Date') });
  control.value = /^\d{4}-\d\d-\d\d/.exec(body)?.[0] ?? '';
  control.addEventListener('change', () => set(control.value && `${control.value}T09:00:00Z`));
  return h('div', { class: 'field' }, control);
}

function interrupting(element, part, { changing }) {
  return check({
    key: 'interrupting',
    label: _('It ends what it is attached to'),
    help: _('Otherwise it happens beside it, as a reminder does.'),
    value: part.cancelActivity !== false,
    set: (said) => changing.modeling.updateProperties(element, { cancelActivity: said }),
  });
}

export function message(element, part, about) {
  const { changing, modeler } = about;
  const event = part.get('eventDefinitions')?.find((one) => one.$type === 'bpmn:MessageEventDefinition');
  const holder = event ?? (isAny(element, ['bpmn:ReceiveTask', 'bpmn:SendTask']) ? part : null);
  if (!holder || (is(element, 'bpmn:SendTask') && (extensionOf(part, 'sales:Mail') || extensionOf(part, 'sales:Webhook')))) return null;
  const definitions = modeler.getDefinitions();
  const all = definitions.get('rootElements').filter((one) => one.$type === 'bpmn:Message');
  const known = holder.get('messageRef');
  const named = (said) =>
    changing.together(() => {
      let found = all.find((one) => one.name === said);
      if (said && !found) {
        found = changing.create('bpmn:Message', { id: modeler.get('moddle').ids.nextPrefixed('Message_'), name: said }, definitions);
        changing.set(element, definitions, { rootElements: [...definitions.get('rootElements'), found] });
      }
      changing.set(element, holder, { messageRef: said ? found : undefined });
    });
  const control = text({
    key: 'message',
    label: _('Message'),
    help: _('Who throws and who waits have the same name. “deal lost” is what a lost deal is told.'),
    value: known?.name,
    set: named,
    list: 'messages',
  });
  const names = h('datalist', { id: 'messages' }, all.map((one) => h('option', { value: one.name })));
  const correlate = text({
    key: 'correlate',
    label: _('Which deal it is for'),
    help: _('An expression: the message reaches who waits with the same value.'),
    mono: true,
    value: extensionOf(part, 'sales:Correlate')?.with,
    set: (said) => changing.attributes(element, part, 'sales:Correlate', { with: said }),
  });
  const controls = [control, names, correlate];
  if (is(element, 'bpmn:BoundaryEvent')) controls.push(interrupting(element, part, about));
  return { title: _('The message'), controls };
}
