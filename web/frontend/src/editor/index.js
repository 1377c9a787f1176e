// The editor: bpmn-js for the canvas, our panel beside it, the server for checking and keeping.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './editor.css';

import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import TokenSimulationModule from 'bpmn-js-token-simulation';
import Modeler from 'bpmn-js/lib/Modeler';
import MinimapModule from 'diagram-js-minimap';

import { Changing } from './changing.js';
import { findings } from './findings.js';
import { keeping } from './keeping.js';
import { h } from './panel/controls.js';
import { panel } from './panel/panel.js';
import sales from './sales.json';
import { newCheck, ordered, stages_module } from './stages.js';
import { _, readWords, words_module } from './words.js';

/** Drawing pauses after so long, in milliseconds. */
const PAUSE = 100;
/** How large the drawing opens at least, and how far from the border and the palette, in pixels. */
const READABLE = 0.7;
const MARGIN = 24;

async function open(root) {
  const part = (name) => root.querySelector(`[data-part=${name}]`);
  const facts = JSON.parse(document.getElementById('facts').textContent);
  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  await readWords(root.dataset.words);
  const modeler = new Modeler({
    container: part('canvas'),
    additionalModules: [CreateAppendAnythingModule, TokenSimulationModule, MinimapModule, stages_module, words_module],
    moddleExtensions: { sales },
    // As on the map.
    bpmnRenderer: { defaultStrokeColor: '#12304f', defaultLabelColor: '#12304f' },
    textRenderer: { defaultStyle: { fontFamily: 'Inter, sans-serif', fontSize: 12 }, externalStyle: { fontSize: 11 } },
  });
  const xml = async () => ordered((await modeler.saveXML({ format: true })).xml, modeler.get('elementRegistry'));
  const post = async (address, body) =>
    fetch(address, { method: 'POST', body, headers: { 'Content-Type': 'application/xml', Accept: 'application/json', 'X-CSRFToken': token } });

  const changing = new Changing(modeler);
  const about = {
    modeler,
    changing,
    facts,
    opened: new WeakSet(),
    live: null,
    ids: { check: newCheck },
    kind: (element) => kindOf(element, facts.kinds),
    async preview(element) {
      const answer = await post(`${root.dataset.form}?element=${encodeURIComponent(element)}`, await xml()).catch(() => null);
      const isPage = answer?.ok && answer.headers.get('Content-Type')?.startsWith('text/html');
      return isPage ? answer.text() : null;
    },
  };
  const choose = (element) => {
    modeler.get('canvas').scrollToElement(element, 120);
    modeler.get('selection').select(element);
  };
  about.findings = findings(part('findings'), part('count'), { modeler, choose, ask: (body) => post(root.dataset.findings, body) });
  const side = panel(part('panel'), about);
  const told = (kind, text) => {
    part('state').textContent = text;
    part('state').className = `state ${kind}`;
    part('apart').hidden = kind !== 'changed';
  };
  const keeper = keeping(root, { xml, told, token });

  const remembered = keeper.remembered();
  const source = await (await fetch(root.dataset.source)).text();
  const { warnings } = await modeler.importXML(source).catch((error) => ({ warnings: [error], failed: true }));
  if (!modeler.getDefinitions() || !modeler.get('canvas').getRootElement()?.businessObject) {
    const reason = warnings.map((one) => one.message).join(' ');
    return told('refused', _('The editor cannot show this file: %(reason)s Take it to another BPMN editor, and put it back.', { reason }));
  }
  warn(part('warnings'), source, warnings);
  keeper.begin(await xml());
  fit(modeler, READABLE);
  if (remembered && remembered.revision === keeper.revision && remembered.xml !== (await xml())) offer(part('notice'), remembered.xml);
  told('kept', _('Saved'));
  about.findings.check(source).then(side.tell);

  let pause = null;
  const paused = async () => {
    const now = await xml();
    const checked = about.findings.check(now);
    keeper.keep(now);
    if (await checked) side.tell();
    about.live?.();
  };
  modeler.on('commandStack.changed', () => {
    if (!keeper.isRefused) told('sending', _('Not saved yet'));
    clearTimeout(pause);
    pause = setTimeout(paused, PAUSE);
  });
  window.addEventListener('beforeunload', (event) => {
    side.finish();
    if (['sending', 'away', 'refused', 'changed'].some((kind) => part('state').classList.contains(kind))) event.preventDefault();
  });

  /** What would be lost by saving is told before anything is saved. */
  function warn(place, text, all) {
    const lost = all.map((one) => one.message.split('\n')[0]);
    if (text.includes('<!--')) lost.push(_('comments in the file'));
    if (!lost.length) return;
    const said = _('The editor does not keep all of this file. What it leaves out once something is changed:');
    place.replaceChildren(h('div', { class: 'flash error' }, h('p', {}, said), h('ul', { class: 'bullets' }, lost.slice(0, 8).map((one) => h('li', {}, one)))));
  }

  /** What was kept in this browser and did not reach the server. */
  function offer(notice, text) {
    const restore = async () => {
      await modeler.importXML(text);
      fit(modeler);
      notice.replaceChildren();
      paused();
    };
    const leave = () => {
      keeper.forget();
      notice.replaceChildren();
    };
    notice.replaceChildren(
      h('p', { class: 'flash' }, _('Some changes of yours did not reach the server.'), ' ',
        h('button', { type: 'button', class: 'btn', onclick: restore }, _('Bring them back')), ' ',
        h('button', { type: 'button', class: 'btn text', onclick: leave }, _('Throw them away'))),
    );
  }

  const look = async () => {
    const found = document.visibilityState === 'visible' ? await keeper.look() : null;
    if (!found) return;
    part('others').textContent = found.others.length ? _('%(who)s has this draft open too.', { who: found.others.join(', ') }) : '';
    if (found.newer) {
      told('changed', _('%(who)s changed this draft after you opened it.', { who: found.changed_by }));
    }
  };
  look();
  setInterval(look, keeper.every);

  const deeds = {
    undo: () => modeler.get('commandStack').undo(),
    redo: () => modeler.get('commandStack').redo(),
    fit: () => fit(modeler),
    find: () => modeler.get('editorActions').trigger('find'),
    map: () => modeler.get('minimap').toggle(),
    flow: () => modeler.get('toggleMode').toggleMode(),
    theirs: () => location.reload(),
    mine: keeper.aside,
  };
  root.addEventListener('click', (event) => deeds[event.target.closest('[data-do]')?.dataset.do]?.());
  // Publishing and leaving wait for what is still on its way.
  root.querySelectorAll('a[data-after-saving]').forEach((link) =>
    link.addEventListener('click', async (event) => {
      event.preventDefault();
      side.finish();
      clearTimeout(pause);
      await keeper.keep();
      if (part('state').classList.contains('kept')) location.assign(link.href);
    }),
  );
  root.dataset.ready = 'true';
  return modeler;
}

/** All of it beside the palette, no larger than it was drawn; from where it begins, when that is smaller than `least`. */
function fit(modeler, least = 0) {
  const canvas = modeler.get('canvas');
  const { inner, outer } = canvas.viewbox();
  const box = canvas.getContainer().getBoundingClientRect();
  const palette = canvas.getContainer().querySelector('.djs-palette').getBoundingClientRect();
  const left = palette.right - box.left + MARGIN;
  const width = outer.width - left - MARGIN;
  const height = outer.height - 2 * MARGIN;
  const zoom = Math.max(least, Math.min(1, width / inner.width, height / inner.height));
  const spare = (room, size) => Math.max(0, room - size * zoom) / 2;
  canvas.viewbox({
    x: inner.x - (left + spare(width, inner.width)) / zoom,
    y: inner.y - (MARGIN + spare(height, inner.height)) / zoom,
    width: outer.width / zoom,
    height: outer.height / zoom,
  });
}

function kindOf(element, kinds) {
  const type = element.type.replace('bpmn:', '');
  return kinds[type[0].toLowerCase() + type.slice(1)] ?? type.replace(/([a-z])([A-Z])/g, '$1 $2');
}

const root = document.getElementById('editor');
if (root) window.editor = open(root);
