// The recording of a page, and questions to ask of it.

import { Columns, ENDED, RUNNABLE, WAITING, decode, unpack } from './columns';
import { shortName, show } from './text';

export interface Evidence { g: number; t: number; o: number; note: string }

export interface Check {
  id: string;
  outcome: 'pass' | 'fail' | 'error' | 'skip';
  sentence?: string;
  message?: string;
  rule?: string;
  ask?: string;
  note?: string;
  goSays?: string;
  expected?: string;
  actual?: string;
  elsewhere?: string;
  expectedList?: string[];
  actualList?: string[];
  expectedCurve?: [number, number][];
  actualCurve?: [number, number][];
  count?: { n: number; t: number; o: number };
  story?: [string, string][];
  evidence: Evidence[];
}

export interface Mark { t: number; o: number; name: string; over: boolean }

export interface Head {
  title: string;
  subtitle: string;
  facts: string[];
  virtual: boolean;
  begin: number;
  end: number;
  merged: number;
  windowCommand: string;
  note: string;
  strings: string[];
  reasons: string[];
  stacks: number[][];
  sources: Record<string, string>;
  marks: Mark[];
  bands: [number, number, string][];
  checks: Check[];
}

export interface Frame { fn: string; file: string; line: number; own: boolean }

const CREATED = 1;
const SYSTEM = 2;
const NEVER_ENDS = 4;

// Waits that the clock, the network or nothing of the program's goroutines ends: drawn hollow.
const HOLLOW = new Set(['sleep', 'IO wait', 'finalizer wait', 'GC worker (idle)', 'force gc (idle)',
  'GC sweep wait', 'GC scavenge wait', 'network', 'syscall']);

export class Model {
  readonly n: number;
  readonly span: number;  // ns
  readonly failed: boolean;
  readonly hollow: Uint8Array;  // by reason
  readonly sources: Map<string, string[]>;
  private byId = new Map<number, number>();
  private frames: Frame[][] = [];

  constructor(readonly head: Head, readonly c: Columns) {
    this.n = c.id.length;
    let span = Math.max(0, head.end - head.begin);
    for (let g = 0; g < this.n; g++) {
      this.byId.set(c.id[g], g);
      if (c.first[g + 1] > c.first[g]) span = Math.max(span, c.time[c.first[g + 1] - 1]);
    }
    this.span = span;
    this.failed = head.checks.some((check) => check.outcome === 'fail' || check.outcome === 'error');
    this.hollow = Uint8Array.from(head.reasons, (reason) => (HOLLOW.has(reason) ? 1 : 0));
    this.sources = new Map(Object.entries(head.sources).map(([name, text]) => [name, text.replace(/\n$/, '').split('\n')]));
  }

  get transitions(): number { return this.c.time.length; }

  string(i: number): string { return this.head.strings[i] ?? ''; }

  reason(i: number): string { return show(this.head.reasons[this.c.reason[i]] ?? ''); }

  index(id: number): number { return this.byId.get(id) ?? -1; }

  name(g: number): string { return show(shortName(this.string(this.c.fn[g]))); }

  site(g: number): string { return show(this.string(this.c.site[g])); }

  isSystem(g: number): boolean { return (this.c.flags[g] & SYSTEM) !== 0; }

  isCreated(g: number): boolean { return (this.c.flags[g] & CREATED) !== 0; }

  neverEnds(g: number): boolean { return (this.c.flags[g] & NEVER_ENDS) !== 0; }

  first(g: number): number { return this.c.first[g]; }

  end(g: number): number { return this.c.first[g + 1]; }

  // The last transition of a goroutine, -1 if it has none.
  last(g: number): number { return this.end(g) > this.first(g) ? this.end(g) - 1 : -1; }

  hasEnded(g: number): boolean {
    const last = this.last(g);
    return last >= 0 && this.c.state[last] === ENDED;
  }

  stack(i: number): Frame[] {
    if (i === 0) return [];
    let frames = this.frames[i];
    if (!frames) {
      const flat = this.head.stacks[i] ?? [];
      frames = [];
      for (let k = 0; k + 3 < flat.length; k += 4) {
        frames.push({ fn: this.string(flat[k]), file: this.string(flat[k + 1]), line: flat[k + 2], own: flat[k + 3] === 1 });
      }
      this.frames[i] = frames;
    }
    return frames;
  }

  // The stack of a goroutine that is in transition i: where it waits, or where it was interrupted.
  stackAt(g: number, i: number): Frame[] {
    const { state, stack } = this.c;
    if (i < 0 || state[i] === ENDED) return [];
    if (state[i] === RUNNABLE && i > this.first(g) && stack[i] === 0) i--;  // woken, and not there yet
    else if (i === this.first(g)) return [];  // the stack there is its creator's
    return state[i] === WAITING || state[i] === RUNNABLE ? this.stack(stack[i]) : [];
  }

  place(g: number, i: number): Frame | undefined {
    return this.stackAt(g, i).find((frame) => frame.own && frame.line > 0);
  }
}

// Reads the page's own data blocks.
export async function load(): Promise<Model> {
  const text = (id: string) => document.getElementById(id)?.textContent ?? '';
  let head: Head;
  try {
    head = JSON.parse(text('head')) as Head;
  } catch {
    throw new Error('its head is damaged');
  }
  return new Model(head, decode(await unpack(text('columns'))));
}
