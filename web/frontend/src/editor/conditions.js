// Conditions that can be put together from fields: comparisons that all hold, or of which one does. Others are text.
const COMPARISON = /^\s*([A-Za-z]\w*)\s*(==|!=|<=|>=|<|>)\s*('(?:[^'\\])*'|"(?:[^"\\])*"|-?\d+(?:\.\d+)?|true|false|null)\s*$/;

const YES_OR_NO = /^\s*(not\s+)?([A-Za-z]\w*)\s*$/;

/** { join: 'and' | 'or', parts: [{ field, is, value }] }, or null for what is not so simple. */
export function simple(text) {
  if (!text.trim()) return { join: 'and', parts: [] };
  const join = /\sor\s/.test(text) ? 'or' : 'and';
  const parts = split(text, join).map(compared);
  return parts.every(Boolean) ? { join, parts } : null;
}

function compared(text) {
  const alone = YES_OR_NO.exec(text);
  if (alone) return { field: alone[2], is: '==', value: String(!alone[1]) };
  const found = COMPARISON.exec(text);
  return found && { field: found[1], is: found[2], value: bare(found[3]) };
}

/** Where the word stands outside of quotes. */
function split(text, join) {
  const parts = [''];
  for (const piece of text.match(/'[^']*'|"[^"]*"|\s+|[^\s'"]+/g) ?? []) {
    if (piece === join) parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

const bare = (value) => (/^['"]/.test(value) ? value.slice(1, -1) : value);

export function written({ join, parts }, fields) {
  return parts.map((part) => one(part, fields.get(part.field)?.type)).join(` ${join} `);
}

function one({ field, is, value }, type) {
  if (type === 'yes_no' && ['==', '!='].includes(is)) return (value === 'true') === (is === '==') ? field : `not ${field}`;
  return `${field} ${is} ${literal(value, type)}`;
}

function literal(value, type) {
  if (['true', 'false', 'null'].includes(value) && type !== 'text') return value;
  if (['number', 'money'].includes(type) && /^-?\d+(\.\d+)?$/.test(value)) return value;
  return value.includes("'") ? `"${value.replaceAll('"', '')}"` : `'${value}'`;
}
