// What the panel asks of each kind of element: its sections, from top to bottom.
import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';

import { extensionOf, freeId, shownBy, textOf } from '../changing.js';
import { _ } from '../words.js';
import { check, line, list, select, swapped, text, texts, typed } from './controls.js';
import { message, timer } from './events.js';
import { form } from './forms.js';
import { lasting } from './lasting.js';
import { condition, ways } from './ways.js';

/** [{ title, controls }] for an element; `about` holds the editor's parts and what the server knows. */
export function sections(element, about) {
  if (is(element, 'bpmn:Group')) return stage(element, about);
  if (is(element, 'bpmn:Participant') || is(element, 'bpmn:Process') || is(element, 'bpmn:Collaboration')) return process(element, about);
  const part = shownBy(element);
  const named = [{ title: '', controls: [name(element, part, about)] }];
  if (is(element, 'bpmn:Lane')) return [...named, lane(element, part, about)];
  if (is(element, 'bpmn:TextAnnotation')) return [{ title: '', controls: [annotation(element, part, about)] }];
  if (is(element, 'bpmn:SequenceFlow')) return [...named, ...condition(element, about)];
  const own = [
    is(element, 'bpmn:UserTask') && task(element, part, about),
    is(element, 'bpmn:UserTask') && form(element, part, about),
    is(element, 'bpmn:ServiceTask') && service(element, part, about),
    is(element, 'bpmn:SendTask') && sending(element, part, about),
    is(element, 'bpmn:ScriptTask') && script(element, part, about),
    is(element, 'bpmn:BusinessRuleTask') && rule(element, part, about),
    is(element, 'bpmn:CallActivity') && called(element, part, about),
    isAny(element, ['bpmn:ExclusiveGateway', 'bpmn:InclusiveGateway']) && ways(element, about),
    is(element, 'bpmn:EndEvent') && ending(element, part, about),
    is(element, 'bpmn:Event') && timer(element, part, about),
    isAny(element, ['bpmn:Event', 'bpmn:ReceiveTask', 'bpmn:SendTask']) && message(element, part, about),
    is(element, 'bpmn:UserTask') && lesson(element, part, about),
  ];
  const told = { title: _('Description'), folded: !part.get('documentation')?.length, controls: [documentation(element, part, about)] };
  return [...named, ...own.filter(Boolean), ...(is(element, 'bpmn:FlowNode') ? [told] : [])];
}

function name(element, part, { changing }) {
  const help = is(element, 'bpmn:Task') ? _('A verb and what it is done to: “Send the proposal”.') : undefined;
  return text({ key: 'name', label: _('Name'), help, value: part.name, set: (said) => changing.modeling.updateLabel(element, said) });
}

function annotation(element, part, { changing }) {
  return text({ key: 'text', label: _('Note'), long: true, value: part.text, set: (said) => changing.modeling.updateLabel(element, said) });
}

function documentation(element, part, { changing }) {
  const value = part.get('documentation')?.[0]?.text;
  const set = (said) =>
    changing.together(() => {
      const made = said ? [changing.create('bpmn:Documentation', { text: said }, part)] : [];
      changing.set(element, part, { documentation: [...made, ...part.get('documentation').slice(1)] });
    });
  return text({ key: 'documentation', label: _('What happens here'), long: true, value, set });
}

function process(element, { changing, modeler }) {
  const part = shownBy(element);
  const process = part.$type === 'bpmn:Process' ? part : (part.processRef ?? firstProcess(part));
  if (!process) return [{ title: '', controls: [text({ key: 'name', label: _('Name'), value: part.name, set: (said) => changing.modeling.updateProperties(element, { name: said }) })] }];
  const definitions = modeler.getDefinitions();
  const language = definitions.$attrs['xml:lang'] ?? '';
  return [
    {
      title: _('The process'),
      controls: [
        text({ key: 'process.name', label: _('Name'), value: process.name, set: (said) => changing.set(element, process, { name: said }) }),
        text({
          key: 'goal',
          label: _('Goal'),
          help: _('What the map is for, in one sentence that can be measured: a revenue by a date, so many more clients.'),
          long: true,
          value: textOf(process, 'sales:Goal'),
          set: (said) => changing.text(element, process, 'sales:Goal', said),
        }),
        select({
          key: 'language',
          label: _('Language of the map'),
          value: language,
          options: [['', '–'], ['en', 'English'], ['fr', 'Français']],
          set: (said) => changing.set(element, definitions, { 'xml:lang': said }),
        }),
        check({
          key: 'executable',
          label: _('Deals run on it'),
          help: _('Otherwise it is a picture only, and cannot be published.'),
          value: process.isExecutable,
          set: (said) => changing.set(element, process, { isExecutable: said }),
        }),
      ],
    },
    measured(element, process, changing),
    profiles(element, process, changing),
    part.$type === 'bpmn:Participant' && {
      title: _('The pool'),
      controls: [text({ key: 'pool.name', label: _('Name'), value: part.name, set: (said) => changing.modeling.updateLabel(element, said) })],
    },
    { title: _('Description'), folded: true, controls: [documentation(element, process, { changing })] },
  ].filter(Boolean);
}

function measured(element, process, changing) {
  const read = () => held(process, 'sales:Kpi').map((one) => one.text ?? '');
  const write = (said) => changing.together(() => put(changing, element, process, 'sales:Kpi', said.map((text) => ({ text }))));
  return { title: _('Measured by'), folded: !read().length, controls: [texts({ key: 'kpis', label: _('Indicators'), addLabel: _('Add an indicator'), read, write })] };
}

/** Kinds of clients: who they are, what troubles them, who decides. */
function profiles(element, process, changing) {
  const read = () => held(process, 'sales:Profile');
  const write = (all) =>
    changing.together(() => {
      put(changing, element, process, 'sales:Profile', []);
      const holder = process.get('extensionElements');
      for (const one of all) one.$parent = holder;
      changing.set(element, holder, { values: [...holder.get('values'), ...all] });
    });
  const inner = (profile, name, type) => (said) =>
    changing.set(element, profile, { [name]: said ? changing.create(type, { text: said }, profile) : undefined });
  const made = (profile, number) => [
    text({ key: `profiles.${number}`, label: _('Name'), value: profile.name, set: (said) => changing.set(element, profile, { name: said }) }),
    text({ key: `profiles.${number}.pains`, label: _('What troubles them'), long: true, rows: 2, value: profile.pains?.text, set: inner(profile, 'pains', 'sales:Pains') }),
    text({ key: `profiles.${number}.decides`, label: _('Who decides'), value: profile.decides?.text, set: inner(profile, 'decides', 'sales:Decides') }),
  ];
  const controls = [
    list({
      key: 'profiles',
      label: _('Client profiles'),
      addLabel: _('Add a profile'),
      items: read(),
      made,
      add: () => write([...read(), changing.create('sales:Profile', { id: freeId(new Set(read().map((one) => one.id)), 'profile'), name: '' })]),
      remove: (number) => write(read().filter((_one, place) => place !== number)),
      swap: (one, other) => write(swapped(read(), one, other)),
    }),
  ];
  return { title: _('Client profiles'), folded: !read().length, controls };
}

const firstProcess = (collaboration) => collaboration.participants?.map((one) => one.processRef).find(Boolean);

function stage(element, about) {
  const { changing, facts } = about;
  const value = element.businessObject.categoryValueRef;
  if (!value) return [];
  const card = extensionOf(value, 'sales:Stage');
  const inner = (name, type) => (said) => changing.inner(element, value, 'sales:Stage', name, type, said);
  const attribute = (name) => (said) =>
    changing.together(() => changing.set(element, changing.extension(element, value, 'sales:Stage'), { [name]: said }));
  const now = () => extensionOf(value, 'sales:Stage');
  const lines = (key, label, name, type, addLabel) =>
    texts({
      key,
      label,
      addLabel,
      read: () => (now()?.get(name) ?? []).map((one) => one.text ?? ''),
      write: (said) =>
        changing.together(() => {
          const holder = changing.extension(element, value, 'sales:Stage');
          changing.set(element, holder, { [name]: said.map((one) => changing.create(type, { text: one }, holder)) });
        }),
    });
  return [
    {
      title: _('The stage'),
      controls: [
        text({ key: 'name', label: _('Name'), help: _('The buyer’s word for it.'), value: value.value, set: (said) => changing.modeling.updateLabel(element, said) }),
        text({ key: 'entry', label: _('A deal is in it when'), long: true, value: card?.entry?.text, set: inner('entry', 'sales:Entry') }),
        text({ key: 'details', label: _('What happens in it'), long: true, value: card?.details?.text, set: inner('details', 'sales:Details') }),
        checklist(element, value, about),
      ],
    },
    {
      title: _('The buyer'),
      controls: [
        text({ key: 'proof', label: _('Proof that the buyer is there'), long: true, value: card?.proof?.text, set: inner('proof', 'sales:Proof') }),
        lines('questions', _('Questions to ask'), 'questions', 'sales:Question', _('Add a question')),
        select({ key: 'buyerStep', label: _('The buyer’s step'), value: card?.buyerStep, options: [['', '–'], ...facts.buyer_steps], set: attribute('buyerStep') }),
      ],
    },
    {
      title: _('How it is run'),
      controls: [
        text({ key: 'owner', label: _('Owner'), value: card?.owner, set: attribute('owner') }),
        lines('tools', _('Tools and content'), 'tools', 'sales:Tool', _('Add a tool')),
        lasting({ key: 'timeLimit', label: _('Late after'), value: card?.timeLimit, set: attribute('timeLimit') }),
        check({
          key: 'viable',
          label: _('Viable from here'),
          help: _('From this stage on, a deal counts in what the funnel is worth.'),
          value: card?.viable,
          set: attribute('viable'),
        }),
      ],
    },
  ];
}

function checklist(element, value, { changing, ids }) {
  const read = () => extensionOf(value, 'sales:Stage')?.get('checks') ?? [];
  const write = (checks) =>
    changing.together(() => {
      const holder = changing.extension(element, value, 'sales:Stage');
      for (const one of checks) one.$parent = holder;
      changing.set(element, holder, { checks });
    });
  return list({
    key: 'checks',
    label: _('To move on, this must be done'),
    addLabel: _('Add an item'),
    items: read(),
    made: (item, number) =>
      typed(line(`checks.${number}`, _('Item %(number)d', { number: number + 1 })), item.text, (said) => changing.set(element, item, { text: said })),
    // Deals keep what is ticked by the item's id, so that its words can change.
    add: () => write([...read(), changing.create('sales:Check', { id: ids.check(), text: '' })]),
    remove: (number) => write(read().filter((_one, place) => place !== number)),
    swap: (one, other) => write(swapped(read(), one, other)),
  });
}

function lane(element, part, { changing, facts }) {
  return {
    title: _('Who does it'),
    controls: [
      select({
        key: 'role',
        label: _('Role'),
        help: _('Its tasks come to those of the deal’s team who have this role.'),
        value: textOf(part, 'sales:Role'),
        options: [['', _('by the lane’s name')], ...facts.roles],
        set: (said) => changing.text(element, part, 'sales:Role', said),
      }),
    ],
  };
}

function task(element, part, about) {
  const { changing } = about;
  return {
    title: _('The task'),
    controls: [
      lasting({ key: 'due', label: _('To be done within'), value: extensionOf(part, 'sales:Due')?.after, set: (after) => changing.attributes(element, part, 'sales:Due', { after }) }),
      check({
        key: 'touch',
        label: _('It touches the buyer'),
        help: _('Counted: it takes six to eight touches to make a viable lead.'),
        value: extensionOf(part, 'sales:Touch'),
        set: (said) =>
          changing.together(() => (said ? changing.extension(element, part, 'sales:Touch') : changing.withoutExtension(element, part, 'sales:Touch'))),
      }),
      texts({
        key: 'questions',
        label: _('Questions to ask the buyer'),
        addLabel: _('Add a question'),
        read: () => held(part, 'sales:Question').map((one) => one.text ?? ''),
        write: (said) => changing.together(() => put(changing, element, part, 'sales:Question', said.map((one) => ({ text: one })))),
      }),
      ...uses(element, part, about),
    ],
  };
}

/** Which client profiles are at hand at the step. */
function uses(element, part, { changing, modeler }) {
  const all = modeler.getDefinitions().get('rootElements').filter((one) => one.$type === 'bpmn:Process').flatMap((one) => held(one, 'sales:Profile'));
  const now = () => held(part, 'sales:Uses').map((one) => one.profile);
  const set = (id) => (said) => {
    const wanted = said ? [...now(), id] : now().filter((one) => one !== id);
    changing.together(() => put(changing, element, part, 'sales:Uses', wanted.map((profile) => ({ profile }))));
  };
  return all.map((one) => check({ key: `uses.${one.id}`, label: _('At hand: %(name)s', { name: one.name || one.id }), value: now().includes(one.id), set: set(one.id) }));
}

const held = (part, type) => (part.get('extensionElements')?.get('values') ?? []).filter((one) => one.$type === type);

/** All of one type among the extensions, anew; the others stay. */
function put(changing, element, part, type, items) {
  let holder = part.get('extensionElements');
  if (!holder) {
    holder = changing.create('bpmn:ExtensionElements', { values: [] }, part);
    changing.set(element, part, { extensionElements: holder });
  }
  const others = holder.get('values').filter((one) => one.$type !== type);
  changing.set(element, holder, { values: [...others, ...items.map((values) => changing.create(type, values, holder))] });
}

function lesson(element, part, { changing }) {
  const found = extensionOf(part, 'sales:Lesson');
  const fields = (extensionOf(part, 'sales:Form')?.get('fields') ?? []).map((one) => [one.id, one.label || one.id]);
  const set = (name) => (said) => changing.attributes(element, part, 'sales:Lesson', { about: found?.about ?? 'lost', [name]: said });
  const controls = [
    check({
      key: 'lesson',
      label: _('Its answers are a lesson'),
      value: found,
      set: (said) =>
        changing.together(() => {
          if (said) changing.set(element, changing.extension(element, part, 'sales:Lesson'), { about: 'lost' });
          else changing.withoutExtension(element, part, 'sales:Lesson');
        }),
    }),
  ];
  if (found) {
    controls.push(
      select({ key: 'lesson.about', label: _('Learned from'), value: found.about, options: [['lost', _('a lost deal')], ['won', _('a won deal')]], set: set('about') }),
      select({ key: 'lesson.reason', label: _('The field that says why'), value: found.reason, options: [['', '–'], ...fields], set: set('reason') }),
      select({ key: 'lesson.text', label: _('The field that says what we learned'), value: found.text, options: [['', '–'], ...fields], set: set('text') }),
      check({ key: 'lesson.share', label: _('Shared with everyone'), value: found.share, set: set('share') }),
    );
  }
  return { title: _('Lesson'), folded: !found, controls };
}

function service(element, part, { changing, facts }) {
  const value = extensionOf(part, 'sales:Service')?.name;
  const set = (said) => changing.attributes(element, part, 'sales:Service', { name: said });
  return { title: _('What Parcours does'), controls: [select({ key: 'service', label: _('Service'), value, options: [['', '–'], ...facts.services], set })] };
}

function sending(element, part, { changing }) {
  const mail = extensionOf(part, 'sales:Mail');
  const hook = extensionOf(part, 'sales:Webhook');
  const attribute = (name) => (said) => changing.attributes(element, part, 'sales:Mail', { [name]: said });
  const inner = (name, type) => (said) => changing.inner(element, part, 'sales:Mail', name, type, said);
  return {
    title: _('What is sent'),
    controls: [
      text({ key: 'mail.to', label: _('To'), help: _('An address, or a place such as {contact_email} or {rep.email}.'), value: mail?.to, set: attribute('to') }),
      text({ key: 'mail.subject', label: _('Subject'), value: mail?.subject, set: attribute('subject') }),
      text({ key: 'mail.body', label: _('Text'), help: _('{deal.title}, {rep.name} and the answers’ names in braces are filled in.'), long: true, rows: 6, value: mail?.body?.text, set: inner('body', 'sales:Body') }),
      text({ key: 'webhook', label: _('Or the webhook that is called'), help: _('Its address is a setting of the installation.'), value: hook?.name, set: (said) => changing.attributes(element, part, 'sales:Webhook', { name: said }) }),
    ],
  };
}

function script(element, part, { changing }) {
  const set = (said) => changing.set(element, part, { script: said });
  return { title: _('What is computed'), controls: [text({ key: 'script', label: _('Lines of name = expression'), long: true, mono: true, rows: 5, value: part.script, set })] };
}

function rule(element, part, { changing }) {
  const set = (said) => changing.text(element, part, 'sales:Rule', said);
  return { title: _('What is computed'), controls: [text({ key: 'rule', label: _('Lines of name = expression'), long: true, mono: true, rows: 5, value: textOf(part, 'sales:Rule'), set })] };
}

function called(element, part, { changing }) {
  const set = (said) => changing.set(element, part, { calledElement: said });
  return { title: _('The process that it calls'), controls: [text({ key: 'called', label: _('Id of the process'), mono: true, value: part.calledElement, set })] };
}

function ending(element, part, { changing, facts }) {
  const set = (said) => changing.text(element, part, 'sales:Outcome', said);
  return {
    title: _('How a deal ends here'),
    controls: [select({ key: 'outcome', label: _('Outcome'), value: textOf(part, 'sales:Outcome'), options: [['', '–'], ...facts.outcomes], set })],
  };
}

