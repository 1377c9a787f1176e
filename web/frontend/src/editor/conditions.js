// Conditions that can be put together from fields: comparisons that all hold, or of which one does. Others are text.
const COMPARISON = /^\s*([A-Za-z]\w*)\s*(==|!=|<=|>=|<|>)\s*('(?:[^'\\])*'|"(?:[^"\\])*"|-?\d+(?:\.\d+)?|true|false|null)\s*$/;
const YES_OR_NO = /^\s*(not\s+)?([A-Za-z]\w*)\s*$/;

/** { join: 'and' | 'or', parts: [{ field, is, value, text }] }, or null for what is not so simple. */
export function simple(text) {
  if (!text.trim()) return { join: 'and', parts: [] };
  const pieces = text.match(/'[^']*'|"[^"]*"|\s+|[^\s'"]+/g) ?? [];
  const join = pieces.includes('or') ? 'or' : 'and';
  if (join === 'or' && pieces.includes('and')) return null;
  const parts = split(pieces, join).map(compared);
  return parts.every(Boolean) ? { join, parts } : null;
}

function compared(text) {
  const alone = YES_OR_NO.exec(text);
  if (alone) return { field: alone[2], is: '==', value: String(!alone[1]), text: text.trim() };
  const found = COMPARISON.exec(text);
  return found && { field: found[1], is: found[2], value: bare(found[3]), text: text.trim() };
}

function split(pieces, join) {
  const parts = [''];
  for (const piece of pieces) {
    if (piece === join) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

const bare = (value) => (/^['"]/.test(value) ? value.slice(1, -1) : value);

/** A part that has its `text` still is written as it stood. */
export function written({ join, parts }, fields) {
  return parts.map((part) => part.text ?? one(part, fields.get(part.field)?.type)).join(` ${join} `);
}

function one({ field, is, value }, type) {
  if (type === 'yes_no' && ['==', '!='].includes(is)) return (value === 'true') === (is === '==') ? field : `not ${field}`;
  return `${field} ${is} ${literal(value, type)}`;
}

function literal(value, type) {
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  if (['number', 'money'].includes(type) && isNumber) return value;
  // Of a name that no form asks for, the kind is not known: what looks like a number is one.
  if (type === undefined && isNumber) return value;
  if (type !== 'text' && ['true', 'false', 'null'].includes(value)) return value;
  return value.includes("'") ? `"${value.replaceAll('"', '')}"` : `'${value}'`;
}
