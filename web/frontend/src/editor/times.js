// Times as BPMN writes them (ISO 8601), and as people say them: so many days, so many times.
const UNITS = { M: 'P', W: 'P', D: 'P', H: 'PT' };
const DURATION = /^P(\d+)([MWD])$|^PT(\d+)([H])$/;

/** { count, unit } of a time that is of one unit, or null. */
export function length(text) {
  const found = DURATION.exec(text);
  return found && { count: Number(found[1] ?? found[3]), unit: found[2] ?? found[4] };
}

export const duration = ({ count, unit }) => `${UNITS[unit]}${count}${unit}`;

/** { count, unit, times } of something that comes again and again, `times` null for always; or null. */
export function cycle(text) {
  const [head, rest, more] = text.split('/');
  const each = rest !== undefined && more === undefined && /^R\d*$/.test(head) && length(rest);
  return each ? { ...each, times: head === 'R' ? null : Number(head.slice(1)) } : null;
}

export const repeated = ({ count, unit, times }) => `R${times ?? ''}/${duration({ count, unit })}`;
