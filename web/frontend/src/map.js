// A map on a page: zoomed by its width, so that scrolling, finding a word and reaching an element by keyboard stay the
// browser's own; and the cards of its elements beside it.
import { cards } from './cards.js';

const LARGEST = 4;
const STEP = 1.25;
// Less than this, in pixels, and a press was a click.
const STILL = 4;

export function view(viewer) {
  const map = viewer.querySelector('.map');
  const svg = map.querySelector('svg');
  const wide = svg.viewBox.baseVal.width;
  const shown = viewer.querySelector('.scale');
  let scale = 1;

  const fitting = () => {
    const style = getComputedStyle(map);
    const across = map.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const down = (parseFloat(style.maxHeight) || map.clientHeight) - parseFloat(style.paddingBottom);
    return Math.min(across / wide, down / svg.viewBox.baseVal.height);
  };

  // The point of the map that is under (x, y) of the window stays there.
  const zoom = (wanted, x, y) => {
    const frame = map.getBoundingClientRect();
    const [holdX, holdY] = [x ?? frame.left + frame.width / 2, y ?? frame.top + frame.height / 2];
    const before = svg.getBoundingClientRect();
    const next = Math.min(LARGEST, Math.max(Math.min(fitting(), 1) * 0.8, wanted));
    svg.style.width = `${wide * next}px`;
    const after = svg.getBoundingClientRect();
    map.scrollLeft += after.left + ((holdX - before.left) * next) / scale - holdX;
    map.scrollTop += after.top + ((holdY - before.top) * next) / scale - holdY;
    scale = next;
    shown.textContent = `${Math.round(100 * scale)} %`;
  };

  const full = async () => {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await viewer.requestFullscreen?.();
  };
  const deeds = {
    smaller: () => zoom(scale / STEP),
    larger: () => zoom(scale * STEP),
    natural: () => zoom(1),
    fit: () => zoom(fitting()),
    full,
  };
  const keys = { '+': 'larger', '=': 'larger', '-': 'smaller', 0: 'natural', f: 'fit' };

  const tools = viewer.querySelector('.tools');
  tools.hidden = false;
  zoom(1);
  if (!viewer.requestFullscreen) tools.querySelector('[data-do=full]').hidden = true;
  tools.addEventListener('click', (event) => deeds[event.target.closest('[data-do]')?.dataset.do]?.());
  const button = tools.querySelector('[data-do=full]');
  let before = 1;
  viewer.addEventListener('fullscreenchange', () => {
    const isFull = document.fullscreenElement === viewer;
    button.setAttribute('aria-pressed', String(isFull));
    button.textContent = isFull ? button.dataset.leave : button.dataset.enter;
    if (isFull) before = scale;
    zoom(isFull ? Math.max(fitting(), scale) : before);
  });
  viewer.addEventListener('keydown', (event) => {
    // In a card, letters may be somebody's words.
    if (event.target.closest('dialog')) return;
    const deed = !(event.ctrlKey || event.metaKey || event.altKey) && keys[event.key];
    if (!deed) return;
    event.preventDefault();
    deeds[deed]();
  });
  map.addEventListener(
    'wheel',
    (event) => {
      if (!(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      zoom(scale * Math.exp(-event.deltaY / 200), event.clientX, event.clientY);
    },
    { passive: false },
  );
  pinched(map, () => scale, zoom);
  dragged(map);
  centre(map, map.querySelector('.current'));
  cards(viewer);
}

function pinched(map, scaleNow, zoom) {
  let start = null;
  const apart = ([one, other]) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
  map.addEventListener('touchstart', ({ touches }) => {
    start = touches.length === 2 ? { apart: apart(touches), scale: scaleNow() } : null;
  });
  map.addEventListener(
    'touchmove',
    (event) => {
      if (!start || event.touches.length !== 2) return;
      event.preventDefault();
      const [one, other] = event.touches;
      const middle = [(one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2];
      zoom((start.scale * apart(event.touches)) / start.apart, ...middle);
    },
    { passive: false },
  );
}

// With a mouse the map is taken and moved; fingers scroll it without us.
function dragged(map) {
  let from = null;
  let moved = false;
  const release = () => {
    from = null;
    map.classList.remove('taken');
  };
  map.addEventListener('dragstart', (event) => event.preventDefault());
  map.addEventListener('pointerdown', (event) => {
    moved = false;
    if (event.pointerType !== 'mouse' || event.button !== 0) return;
    // A press on a scroll bar is the browser's.
    if (event.offsetX > map.clientWidth && event.target === map) return;
    from = { x: event.clientX, y: event.clientY, left: map.scrollLeft, top: map.scrollTop };
  });
  map.addEventListener('pointermove', (event) => {
    if (!from) return;
    // The button was let go where nobody told us of it.
    if (!(event.buttons & 1)) return release();
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!moved && Math.hypot(x, y) < STILL) return;
    if (!moved) map.setPointerCapture(event.pointerId);
    moved = true;
    map.classList.add('taken');
    map.scrollLeft = from.left - x;
    map.scrollTop = from.top - y;
  });
  map.addEventListener('pointerup', release);
  map.addEventListener('selectstart', (event) => {
    if (from) event.preventDefault();
  });
  map.addEventListener('pointercancel', release);
  map.addEventListener(
    'click',
    (event) => {
      if (!moved) return;
      event.preventDefault();
      event.stopPropagation();
    },
    { capture: true },
  );
}

// A map wider than its sheet opens where the deal is.
function centre(map, place) {
  if (!place) return;
  const [box, frame] = [place.getBoundingClientRect(), map.getBoundingClientRect()];
  map.scrollLeft += box.left + box.width / 2 - frame.left - frame.width / 2;
  map.scrollTop += box.top + box.height / 2 - frame.top - frame.height / 2;
}
