// A stage is a value of a category, which a group shows. Which elements are in it, the drawing library keeps; we keep the
// order of the stages: from left to right, in one category.
import { is } from 'bpmn-js/lib/util/ModelUtil';

export default class Stages {
  constructor(eventBus, elementRegistry) {
    eventBus.on('saveXML.start', ({ definitions }) => put(definitions, groups(elementRegistry)));
  }
}
Stages.$inject = ['eventBus', 'elementRegistry'];

const groups = (registry) =>
  registry
    .filter((element) => is(element, 'bpmn:Group') && !element.labelTarget && element.businessObject.categoryValueRef)
    .sort((one, other) => one.x - other.x || one.y - other.y)
    .map((element) => element.businessObject.categoryValueRef);

function put(definitions, shown) {
  const categories = definitions.get('rootElements').filter((one) => one.$type === 'bpmn:Category');
  if (!categories.length) return;
  const all = categories.flatMap((category) => category.get('categoryValue'));
  const place = new Map([...new Set(shown)].map((value, number) => [value, number]));
  // One that no group shows stays behind the one that it stood behind.
  let last = -1;
  const keys = new Map(all.map((value) => [value, (last = place.get(value) ?? last)]));
  const sorted = all.map((value, number) => [value, keys.get(value), number]);
  sorted.sort((one, other) => one[1] - other[1] || one[2] - other[2]);
  const [first, ...rest] = categories;
  for (const category of rest) category.set('categoryValue', []);
  first.set('categoryValue', sorted.map(([value]) => value));
  for (const [value] of sorted) value.$parent = first;
  const empty = new Set(rest);
  definitions.set('rootElements', definitions.get('rootElements').filter((one) => !empty.has(one)));
}

/** For the drawing library's list of modules. */
export const stages_module = { __init__: ['stages'], stages: ['type', Stages] };
