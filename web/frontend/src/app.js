// What every page loads: htmx, and nothing that a page cannot do without.
import htmx from 'htmx.org';

window.htmx = htmx;
// The content security policy allows no inline script and no eval.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

// A map wider than its sheet opens where the deal is.
for (const map of document.querySelectorAll('.map')) {
  const here = map.querySelector('.current');
  if (!here) continue;
  const place = here.getBoundingClientRect();
  const frame = map.getBoundingClientRect();
  map.scrollLeft = place.left - frame.left - (frame.width - place.width) / 2;
}
