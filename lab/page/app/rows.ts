// Which rows the page has, and where: goroutines by function, by creator, or the processors they ran on.

import { RUNNING, WAITING } from './columns';
import { Model } from './model';
import { show } from './text';

export type Grouping = 'function' | 'creator' | 'processor';

export interface Row {
  kind: 'goroutine' | 'group' | 'processor';
  g: number;         // goroutine's index; a processor's number; -1 for groups
  key: string;       // of groups
  label: string;
  members: number[];  // of groups
  open: boolean;
  depth: number;
  top: number;
  height: number;
}

export const MANY = 40;       // as many in a group are not opened unasked
const FEW_ROWS = 24;
const GROUP_HEIGHT = 26;
const BAND_HEIGHT = 64;
const ROW_HEIGHT = 22;
const RUNTIME = '\u0000runtime';

export interface Layout { rows: Row[]; height: number; shown: number }

export function matches(model: Model, g: number, filter: string): boolean {
  const words = filter.trim().toLowerCase();
  if (words === '') return true;
  const id = `g${model.c.id[g]}`;
  if (words === id || words === String(model.c.id[g])) return true;
  if (/^g\d+$/.test(words)) return false;
  if (model.name(g).toLowerCase().includes(words)) return true;
  if (model.neverEnds(g) && 'never ends'.includes(words)) return true;
  return lastReason(model, g).toLowerCase().includes(words);
}

export function lastReason(model: Model, g: number): string {
  for (let i = model.end(g) - 1; i >= model.first(g); i--) {
    if (model.c.state[i] === WAITING) return model.reason(i);
  }
  return '';
}

export function processorsOf(model: Model): number[] {
  const { state, p } = model.c;
  const found = new Set<number>();
  for (let i = 0; i < state.length; i++) if (state[i] === RUNNING) found.add(p[i]);
  return [...found].sort((a, b) => a - b);
}

interface Options {
  grouping: Grouping;
  filter: string;
  open: Map<string, boolean>;
  evidence: Set<number>;
  room: number;  // px that there are for rows
}

export function layout(model: Model, options: Options): Layout {
  const all: number[] = [];
  for (let g = 0; g < model.n; g++) if (model.last(g) >= 0 && matches(model, g, options.filter)) all.push(g);
  let rows: Row[];
  if (options.grouping === 'processor') rows = processorsOf(model).map(processorRow);
  else if (options.grouping === 'creator') rows = byCreator(model, all, options);
  else rows = byFunction(model, all, options);
  return { ...place(rows, options.room), shown: all.length };
}

function goroutineRow(g: number, depth: number): Row {
  return { kind: 'goroutine', g, key: '', label: '', members: [], open: false, depth, top: 0, height: 0 };
}

function processorRow(p: number): Row {
  return { kind: 'processor', g: p, key: '', label: `P${p}`, members: [], open: false, depth: 0, top: 0, height: 0 };
}

function addGroup(rows: Row[], key: string, label: string, members: number[], depth: number, options: Options): boolean {
  const open = options.open.get(key) ?? (members.length <= MANY || options.filter !== '');
  rows.push({ kind: 'group', g: -1, key, label, members, open, depth, top: 0, height: 0 });
  return open;
}

function byFunction(model: Model, all: number[], options: Options): Row[] {
  const groups = new Map<string, number[]>();
  for (const g of all) {
    const key = model.isSystem(g) ? RUNTIME : model.string(model.c.fn[g]);
    const group = groups.get(key);
    if (group) group.push(g);
    else groups.set(key, [g]);
  }
  const rows: Row[] = [];
  const runtime = groups.get(RUNTIME);
  groups.delete(RUNTIME);
  for (const [key, members] of groups) {
    if (members.length === 1) {
      rows.push(goroutineRow(members[0], 0));
      continue;
    }
    const open = addGroup(rows, key, model.name(members[0]) || '(unknown)', members, 0, options);
    for (const g of members) if (open || options.evidence.has(g)) rows.push(goroutineRow(g, 1));
  }
  if (runtime) {
    const open = options.open.get(RUNTIME) ?? false;
    addGroup(rows, RUNTIME, 'the runtime', runtime, 0, { ...options, open: new Map([[RUNTIME, open]]) });
    if (open) for (const g of runtime) rows.push(goroutineRow(g, 1));
  }
  return rows;
}

function byCreator(model: Model, all: number[], options: Options): Row[] {
  const shown = new Set(all);
  // Creators of evidence stay in sight, filtered or not.
  for (const g of options.evidence) {
    for (let up = model.index(model.c.creator[g]); up >= 0 && !shown.has(up); up = model.index(model.c.creator[up])) {
      shown.add(up);
    }
  }
  const children = new Map<number, number[]>();
  for (const g of [...shown].sort((a, b) => a - b)) {
    let parent = model.index(model.c.creator[g]);
    if (!shown.has(parent)) parent = -1;
    const list = children.get(parent);
    if (list) list.push(g);
    else children.set(parent, [g]);
  }
  const rows: Row[] = [];
  // A stack of its own: chains of creators can be long.
  const work: { list: number[]; depth: number; forced: boolean; at: number }[] =
    [{ list: children.get(-1) ?? [], depth: 0, forced: false, at: 0 }];
  const groupOf = (list: number[], from: number): number => {
    let to = from + 1;
    while (to < list.length && model.c.fn[list[to]] === model.c.fn[list[from]]) to++;
    return to;
  };
  while (work.length > 0) {
    const frame = work[work.length - 1];
    if (frame.at >= frame.list.length) {
      work.pop();
      continue;
    }
    const g = frame.list[frame.at];
    const to = frame.forced ? frame.at + 1 : groupOf(frame.list, frame.at);
    if (to - frame.at > MANY) {
      const members = frame.list.slice(frame.at, to);
      const key = `${model.c.creator[g]} ${model.string(model.c.fn[g])}`;
      const open = addGroup(rows, key, model.name(g) || '(unknown)', members, frame.depth, options);
      frame.at = to;
      const listed = open ? members : members.filter((one) => options.evidence.has(one) || leadsToEvidence(model, one, options.evidence));
      work.push({ list: listed, depth: frame.depth + 1, forced: true, at: 0 });
      continue;
    }
    frame.at++;
    rows.push(goroutineRow(g, frame.depth));
    const below = children.get(g);
    if (below) work.push({ list: below, depth: frame.depth + 1, forced: false, at: 0 });
  }
  return rows;
}

function leadsToEvidence(model: Model, g: number, evidence: Set<number>): boolean {
  for (const one of evidence) if (model.index(model.c.creator[one]) === g) return true;
  return false;
}

function place(rows: Row[], room: number): { rows: Row[]; height: number } {
  const closed = rows.reduce((sum, row) => sum + (row.kind !== 'group' ? 0 : row.open ? GROUP_HEIGHT : BAND_HEIGHT), 0);
  const single = rows.filter((row) => row.kind !== 'group').length;
  const fills = single > 0 && single <= FEW_ROWS;
  const height = fills ? Math.max(24, Math.min(34, Math.floor((room - closed) / single))) : ROW_HEIGHT;
  let top = 0;
  for (const row of rows) {
    row.top = top;
    row.height = row.kind !== 'group' ? height : row.open ? GROUP_HEIGHT : BAND_HEIGHT;
    top += row.height;
  }
  return { rows, height: top };
}

export function rowName(model: Model, row: Row): string {
  if (row.kind === 'processor') return `Processor ${row.g}`;
  if (row.kind === 'group') return `${show(row.label)}, ${row.members.length} goroutines`;
  const g = row.g;
  const ends = model.neverEnds(g) ? ', never ends' : '';
  return `G${model.c.id[g]} ${model.name(g)}${ends}`;
}
