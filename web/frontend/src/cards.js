// The card of an element, beside its map. Without scripts, or where it cannot be had, its link leads to a page.

// Nothing else is put into the page: not a file of somebody's that is served under an address of ours.
const isCard = (answer) =>
  answer.headers.get('Content-Type')?.startsWith('text/html') && new URL(answer.url).pathname.includes('/elements/');

export function cards(viewer) {
  const map = viewer.querySelector('.map');
  const panel = viewer.querySelector('dialog.beside');
  const inside = panel.querySelector('.stack');
  let asked = 0;

  const open = async (link) => {
    const address = new URL(link.href?.baseVal ?? link.href, location.href);
    if (viewer.dataset.deal) address.searchParams.set('deal', viewer.dataset.deal);
    const turn = ++asked;
    const answer = await fetch(address, { headers: { 'HX-Request': 'true' } }).catch(() => null);
    if (turn !== asked) return;
    // Signed out meanwhile, or nothing there: the page itself says what to do.
    if (!answer?.ok || answer.redirected || !isCard(answer)) return location.assign(address);
    const text = await answer.text();
    if (turn !== asked) return;
    inside.innerHTML = text;
    panel.querySelectorAll('h1').forEach((title) => panel.setAttribute('aria-label', title.textContent));
    if (!panel.open) panel.show();
    panel.scrollTop = 0;
    inside.focus();
    choose(decodeURIComponent(address.pathname.split('/elements/')[1] ?? ''));
  };

  const choose = (id) => {
    map.querySelectorAll('.chosen').forEach((one) => one.classList.remove('chosen'));
    const parts = [...map.querySelectorAll('g[id]')].filter((part) => part.id === id);
    parts.forEach((part) => part.classList.add('chosen'));
    if (parts.length) show(parts[0]);
  };

  // Not behind the card, nor outside what is seen of the map.
  const show = (part) => {
    const [box, frame, card] = [part, map, panel].map((one) => one.getBoundingClientRect());
    const right = card.left > frame.left + 80 ? Math.min(card.left, frame.right) : frame.right;
    const away = Math.max(0, box.right + 24 - right) || Math.min(0, box.left - 24 - frame.left);
    map.scrollLeft += Math.min(away, box.left - 24 - frame.left);
    map.scrollTop += Math.max(0, box.bottom + 24 - frame.bottom) || Math.min(0, box.top - 24 - frame.top);
    // On a phone the card lies over the lower part of the screen.
    const after = part.getBoundingClientRect();
    if (card.left <= frame.left) window.scrollBy(0, Math.max(0, after.bottom + 24 - card.top) || Math.min(0, after.top - 24));
  };

  const close = () => {
    if (!panel.open) return;
    const chosen = map.querySelector('.chosen a');
    panel.close();
    map.querySelectorAll('.chosen').forEach((one) => one.classList.remove('chosen'));
    (chosen ?? map).focus({ preventScroll: true });
  };

  viewer.addEventListener('click', (event) => {
    const link = event.target.closest('.map a, a[data-card]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
  panel.querySelector('form').addEventListener('submit', (event) => {
    event.preventDefault();
    close();
  });
  // What is written on a card is sent from it, and the card comes again with it.
  inside.addEventListener('submit', async (event) => {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form), headers: { 'HX-Request': 'true' } }).catch(() => null);
    if (!answer?.ok || !isCard(answer)) return form.submit();
    inside.innerHTML = await answer.text();
    inside.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !panel.open) return;
    event.preventDefault();
    close();
  });
}
