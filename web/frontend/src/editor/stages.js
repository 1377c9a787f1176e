// A stage is a value of a category, which a group shows. Which elements are in it, the drawing library keeps. The order of
// the stages, from left to right and in one category, is put into what is written: what can be undone stays untouched.
import CommandInterceptor from 'diagram-js/lib/command/CommandInterceptor';
import { is } from 'bpmn-js/lib/util/ModelUtil';

import { extensionOf } from './changing.js';

const BPMN = 'http://www.omg.org/spec/BPMN/20100524/MODEL';

/** The file with its stages in the order of their groups. */
export function ordered(xml, registry) {
  const document = new DOMParser().parseFromString(xml, 'application/xml');
  const categories = [...document.documentElement.children].filter((one) => one.localName === 'category' && one.namespaceURI === BPMN);
  if (!categories.length) return xml;
  const values = categories.flatMap((one) => [...one.children].filter((child) => child.localName === 'categoryValue'));
  const place = new Map(shown(registry).map((id, number) => [id, number]));
  // One that no group shows stays behind the one that it stood behind.
  let last = -1;
  const keyed = values.map((value, number) => [value, (last = place.get(value.getAttribute('id')) ?? last), number]);
  const sorted = [...keyed].sort((one, other) => one[1] - other[1] || one[2] - other[2]).map(([value]) => value);
  if (categories.length === 1 && sorted.every((value, number) => value === values[number])) return xml;
  sorted.forEach((value) => categories[0].append(value));
  categories.slice(1).forEach((one) => one.remove());
  return new XMLSerializer().serializeToString(document);
}

const groupsIn = (registry) => registry.filter((element) => is(element, 'bpmn:Group') && !element.labelTarget && element.businessObject.categoryValueRef);

const shown = (registry) =>
  groupsIn(registry)
    .sort((one, other) => one.x - other.x || one.y - other.y)
    .map((element) => element.businessObject.categoryValueRef.id);

const checksOf = (group) => extensionOf(group.businessObject.categoryValueRef, 'sales:Stage')?.get('checks') ?? [];

/** What is ticked is known by its id: the checklist of a stage that was copied gets new ones. */
class Copied extends CommandInterceptor {
  constructor(eventBus, elementRegistry, modeling) {
    super(eventBus);
    this.postExecuted('elements.create', ({ context }) => {
      for (const group of groupsIn(elementRegistry).filter((one) => context.elements.includes(one))) {
        const others = groupsIn(elementRegistry).filter((one) => one !== group);
        const taken = new Set(others.flatMap(checksOf).map((check) => check.id));
        for (const check of checksOf(group).filter((one) => taken.has(one.id))) {
          modeling.updateModdleProperties(group, check, { id: newCheck() });
        }
      }
    });
  }
}
Copied.$inject = ['eventBus', 'elementRegistry', 'modeling'];

export const newCheck = () => `check_${Math.random().toString(36).slice(2, 9)}`;

/** For the drawing library's list of modules. */
export const stages_module = { __init__: ['copiedStages'], copiedStages: ['type', Copied] };
