// What a change of the panel does to the file: each is one step for undo, whatever it has to make on the way.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';

export class Changing {
  constructor(modeler) {
    this.modeler = modeler;
    this.modeling = modeler.get('modeling');
    this.moddle = modeler.get('moddle');
    modeler.get('commandStack').registerHandler('parcours.change', Step);
  }

  /** Everything that `act` changes is done, undone and done again together. */
  together(act) {
    this.modeler.get('commandStack').execute('parcours.change', { act });
  }

  create(type, values, parent) {
    const made = this.moddle.create(type, values);
    made.$parent = parent;
    return made;
  }

  /** Set properties of any part of the file that `element` shows; what is empty is taken away. */
  set(element, part, values) {
    const cleaned = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === '' || value === null ? undefined : value]),
    );
    this.modeling.updateModdleProperties(element, part, cleaned);
  }

  /** The part's extension of a type, made where there is none; only within `together`. */
  extension(element, part, type) {
    const found = extensionOf(part, type);
    if (found) return found;
    let held = part.get('extensionElements');
    if (!held) {
      held = this.create('bpmn:ExtensionElements', { values: [] }, part);
      this.set(element, part, { extensionElements: held });
    }
    const made = this.create(type, {}, held);
    this.set(element, held, { values: [...held.get('values'), made] });
    return made;
  }

  withoutExtension(element, part, type) {
    const held = part.get('extensionElements');
    if (held) this.set(element, held, { values: held.get('values').filter((one) => one.$type !== type) });
  }

  /** A text that stands in an element of its own, such as the goal of a process. */
  text(element, part, type, text) {
    this.together(() => {
      if (text) this.set(element, this.extension(element, part, type), { text });
      else this.withoutExtension(element, part, type);
    });
  }

  /** A text inside one of our elements, such as what lets a deal be in a stage. */
  inner(element, part, outer, name, type, text) {
    this.together(() => {
      const holder = this.extension(element, part, outer);
      this.set(element, holder, { [name]: text ? this.create(type, { text }, holder) : undefined });
    });
  }

  /** Attributes of one of our elements; the element goes when none is left in it. */
  attributes(element, part, type, values) {
    this.together(() => {
      const holder = this.extension(element, part, type);
      this.set(element, holder, values);
      const left = holder.$descriptor.properties.some(({ name }) => name in values && holder.get(name));
      const others = holder.$descriptor.properties.some(({ name }) => !(name in values) && filledIn(holder.get(name)));
      if (!left && !others) this.withoutExtension(element, part, type);
    });
  }
}

class Step {
  preExecute({ act }) {
    act();
  }
}

const filledIn = (value) => (Array.isArray(value) ? value.length > 0 : Boolean(value));

export const extensionOf = (part, type) =>
  part?.get?.('extensionElements')?.get('values')?.find((one) => one.$type === type);

export const textOf = (part, type) => extensionOf(part, type)?.text ?? '';

/** The part of the file that an element on the canvas shows. */
export const shownBy = (element) => getBusinessObject(element);

/** The file's own name for something new: short, and taken by nothing else. */
export function freeId(taken, wanted) {
  const start = wanted.normalize('NFD').replace(/[^\w]+/g, '_').replace(/^[\d_]+|_+$/g, '').toLowerCase().slice(0, 40) || 'one';
  let [found, number] = [start, 1];
  while (taken.has(found)) found = `${start}_${(number += 1)}`;
  return found;
}

/** Every field of every form, as { id, type, label, options }. */
export function fieldsOf(modeler) {
  const found = new Map();
  for (const element of modeler.get('elementRegistry').getAll()) {
    if (!is(element, 'bpmn:Activity') && !is(element, 'bpmn:Event')) continue;
    for (const field of extensionOf(shownBy(element), 'sales:Form')?.get('fields') ?? []) found.set(field.id, field);
  }
  return [...found.values()];
}

/** Whether a condition or a script asks for the answer of this name. */
export function isAskedFor(modeler, id) {
  const named = new RegExp(`\\b${id}\\b`);
  return modeler
    .get('elementRegistry')
    .getAll()
    .map((element) => shownBy(element))
    .some((part) => [part?.conditionExpression?.body, part?.script, textOf(part, 'sales:Rule')].some((text) => text && named.test(text)));
}
