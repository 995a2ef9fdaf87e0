// Texts of a recording, made fit to be seen. They come from somebody's program: they are only ever put
// into text nodes and attributes by Preact, and drawn on canvases.

const LONGEST_NAME = 400;

// Control characters, line separators, and what turns the direction of writing.
// eslint-disable-next-line no-control-regex
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function show(text: string, most = LONGEST_NAME): string {
  const cut = text.length > most ? `${text.slice(0, most)}...` : text;
  return cut.replace(HIDDEN, (c) => `[U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`);
}

// "main.Worker" as a reader of main.cc calls it: "Worker".
export function shortName(name: string): string {
  return name.startsWith('main.') ? name.slice(5) : name;
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

const UNITS: [number, string][] = [[1e9, 's'], [1e6, 'ms'], [1e3, 'µs'], [1, 'ns']];

// "1.500 s", "0.499 ms", "0 s": a time, or a length of time. Whole seconds have milliseconds with them,
// so that times of one run are alike.
export function time(ns: number): string {
  if (ns === 0) return '0 s';
  const size = Math.abs(ns);
  if (size >= 1e8) return `${(ns / 1e9).toFixed(3)} s`;
  if (size >= 1e5) return `${(ns / 1e6).toFixed(3)} ms`;
  if (size >= 1e3) return `${(ns / 1e3).toFixed(3)} µs`;
  return `${Math.round(ns)} ns`;
}

// As short as it can be for ticks that are `step` apart: "0.5 s", "12 ms".
export function tick(ns: number, step: number): string {
  if (ns === 0) return '0 s';
  const [unit, name] = UNITS.find(([u]) => Math.abs(ns) >= u) ?? UNITS[3];
  const digits = Math.max(0, Math.min(6, -Math.floor(Math.log10(step / unit) + 1e-9)));
  return `${(ns / unit).toFixed(digits)} ${name}`;
}

// "1.2s", "450ms", "12000ns", "0.25" (seconds) as ns; NaN for anything else.
export function parseTime(text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)(s|ms|us|ns)?$/.exec(text);
  if (!match) return NaN;
  const unit = { s: 1e9, ms: 1e6, us: 1e3, ns: 1 }[match[2] ?? 's'] as number;
  return Math.round(parseFloat(match[1]) * unit);
}

// The exact time, for links.
export function linkTime(ns: number): string {
  return `${(Math.round(ns) / 1e9).toFixed(9).replace(/\.?0+$/, '')}s`;
}
