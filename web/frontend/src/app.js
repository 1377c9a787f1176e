// What every page loads: htmx and the maps, and nothing that a page cannot do without.
import htmx from 'htmx.org';
import { view } from './map.js';

window.htmx = htmx;
// The content security policy allows no inline script and no eval.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;

document.querySelectorAll('.viewer').forEach(view);
