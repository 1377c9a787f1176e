// The form of a user task: its fields, and how the rep will see it, drawn by the server as on the task's own page.
import { extensionOf, fieldsOf, freeId, isAskedFor } from '../changing.js';
import { _ } from '../words.js';
import { check, h, list, select, swapped, text } from './controls.js';

const LIMITED = { number: ['min', 'max'], money: ['min', 'max'], text: ['maxLength'], long_text: ['maxLength'] };

export function form(element, part, about) {
  const { changing, modeler, facts } = about;
  const read = () => extensionOf(part, 'sales:Form')?.get('fields') ?? [];
  const write = (fields) =>
    changing.together(() => {
      const holder = changing.extension(element, part, 'sales:Form');
      for (const one of fields) one.$parent = holder;
      changing.set(element, holder, { fields });
      if (!fields.length) changing.withoutExtension(element, part, 'sales:Form');
    });
  const add = () => {
    const taken = new Set([...facts.reserved, ...fieldsOf(modeler).map((one) => one.id)]);
    write([...read(), changing.create('sales:Field', { id: freeId(taken, _('question')), type: 'text', label: '' })]);
  };
  return {
    title: _('The form'),
    controls: [
      list({
        key: 'fields',
        label: _('Fields'),
        addLabel: _('Add a field'),
        items: read(),
        made: (field, number) => asked(element, field, `fields.${number}`, about, facts),
        add,
        remove: (number) => write(read().filter((_one, place) => place !== number)),
        swap: (one, other) => write(swapped(read(), one, other)),
      }),
      read().length ? seen(element, about) : null,
    ],
  };
}

function asked(element, field, key, about, facts) {
  const { changing, modeler } = about;
  const set = (name) => (said) => changing.set(element, field, { [name]: said });
  const relabel = (said) => {
    // A name follows the label until the answer is asked for by it elsewhere.
    const taken = new Set([...facts.reserved, ...fieldsOf(modeler).filter((one) => one !== field).map((one) => one.id)]);
    const isMade = freeId(taken, field.label || _('question')) === field.id || /^question(_\d+)?$/.test(field.id);
    const follows = said && isMade && !isAskedFor(modeler, field.id);
    changing.set(element, field, { label: said, ...(follows ? { id: freeId(taken, said) } : {}) });
  };
  const more = [
    text({ key: `${key}.help`, label: _('Help'), value: field.help, set: set('help') }),
    text({ key: `${key}.id`, label: _('Name in conditions'), mono: true, value: field.id, set: (said) => said && set('id')(said) }),
    ...(LIMITED[field.type] ?? []).map((name) => text({ key: `${key}.${name}`, label: limits()[name], inputmode: 'numeric', value: field.get(name), set: set(name) })),
    field.type === 'person' && select({ key: `${key}.role`, label: _('Role that they take in the deal'), value: field.role, options: [['', '–'], ...facts.roles], set: set('role') }),
    select({ key: `${key}.sets`, label: _('Becomes the deal’s'), value: field.sets, options: [['', '–'], ...facts.deal_facts], set: set('sets') }),
  ].filter(Boolean);
  return h(
    'details',
    { open: !field.label || about.opened.has(field), ontoggle: (event) => (event.target.open ? about.opened.add(field) : about.opened.delete(field)) },
    h('summary', {}, field.label || _('New field'), ' ', h('span', { class: 'quiet' }, facts.field_types.find(([one]) => one === field.type)?.[1] ?? field.type)),
    h(
      'div',
      { class: 'stack' },
      text({ key: `${key}.label`, label: _('Label'), value: field.label, reshapes: true, set: relabel }),
      select({ key: `${key}.type`, label: _('Kind of answer'), value: field.type, options: facts.field_types, set: set('type') }),
      check({ key: `${key}.required`, label: _('Needed'), value: field.required, set: set('required') }),
      ['choice', 'choices'].includes(field.type) && options(element, field, key, about),
      h('details', {}, h('summary', {}, _('Help, limits, name')), h('div', { class: 'stack' }, more)),
    ),
  );
}

const limits = () => ({ min: _('At least'), max: _('At most'), maxLength: _('At most, in characters') });

function options(element, field, key, { changing }) {
  const read = () => field.get('options');
  const write = (made) => changing.together(() => changing.set(element, field, { options: made }));
  const relabel = (option) => (said) => {
    const taken = new Set(read().filter((one) => one !== option).map((one) => one.value));
    const follows = said && freeId(taken, option.label || _('choice')) === option.value;
    changing.set(element, option, { label: said, ...(follows ? { value: freeId(taken, said) } : {}) });
  };
  return list({
    key: `${key}.options`,
    label: _('Choices'),
    addLabel: _('Add a choice'),
    items: read(),
    made: (option, number) => text({ key: `${key}.options.${number}`, label: _('Choice %(number)d', { number: number + 1 }), value: option.label, set: relabel(option) }),
    add: () => write([...read(), changing.create('sales:Option', { value: freeId(new Set(read().map((one) => one.value)), _('choice')), label: '' }, field)]),
    remove: (number) => write(read().filter((_one, place) => place !== number)),
    swap: (one, other) => write(swapped(read(), one, other)),
  });
}

function seen(element, about) {
  const place = h('div', { class: 'preview', 'aria-live': 'off' });
  about.live = async () => {
    const shown = await about.preview(element.id);
    if (shown !== null) place.innerHTML = shown;
  };
  about.live();
  return h('div', { class: 'field' }, h('h3', {}, _('As the rep will see it')), place);
}
