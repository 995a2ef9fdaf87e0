// What the page shows of its recording just now. One object, replaced as a whole; whoever changes it asks
// for a picture, of which there is at most one a frame.

import { Axis, AxisKind, canStep, stepAxis, timeAxis } from './axis';
import { Counts } from './counts';
import { Check, Evidence, Model } from './model';
import { Shares } from './raster';
import { Grouping, Layout } from './rows';
import { linkTime, parseTime } from './text';

export interface State {
  axis: AxisKind;
  view: [number, number];   // positions at the left and right edge
  cursor: number;           // a position
  sel: number;              // goroutine's index, -1: none
  check: string;            // id, '' for none
  why: boolean;             // the panel of the check is open
  evidence: number;         // which one of the check's, -1: none
  mode: 'timeline' | 'table';
  grouping: Grouping;
  filter: string;
  dark: boolean;
  open: Map<string, boolean>;  // groups opened or closed by hand
  scroll: number;
  reveal: number;           // goroutine to be scrolled to at the next picture, -1: none
  help: boolean;
  tablePage: number;
  sort: [string, boolean];
  print: boolean;
}

const FEW_EVENTS = 4_000;  // as many are shown as steps unasked, in virtual time
const LEFT = 0.025;        // of the span: room beside the recording
const RIGHT = 0.055;
const SMALLEST = { time: 10, steps: 3 };  // ns, steps in the view at the deepest zoom

export function defaultAxis(model: Model): AxisKind {
  return model.head.virtual && model.transitions < FEW_EVENTS && canStep(model) ? 'steps' : 'time';
}

export class Store {
  state: State;
  private axes = new Map<AxisKind, Axis>();
  private counted = new Map<string, Counts>();
  private shared = new Map<AxisKind, Shares>();
  private asked = false;
  private paint: () => void = () => undefined;
  layout: Layout = { rows: [], height: 0, shown: 0 };  // of the last picture
  readonly evidence: Set<number>;

  constructor(readonly model: Model) {
    this.evidence = new Set();
    for (const check of model.head.checks) {
      if (check.outcome !== 'fail' && check.outcome !== 'error') continue;
      for (const one of check.evidence) {
        const g = model.index(one.g);
        if (g >= 0) this.evidence.add(g);
      }
    }
    const axis = defaultAxis(model);
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    this.state = {
      axis, view: [0, 1], cursor: 0, sel: -1, check: '', why: true, evidence: -1, mode: 'timeline', grouping: 'function', filter: '',
      dark, open: new Map(), scroll: 0, reveal: -1, help: false, tablePage: 0, sort: ['id', true], print: false,
    };
    this.state.view = this.home();
    this.state.sel = model.n > 0 ? 0 : -1;
    const check = model.head.checks.find((one) => one.outcome === 'fail' || one.outcome === 'error') ?? model.head.checks[0];
    this.state.cursor = this.allCounts.peakAt;
    if (check) Object.assign(this.state, this.toCheck(check));
    Object.assign(this.state, this.fromLink(location.hash));
  }

  onPaint(paint: () => void): void { this.paint = paint; }

  set(patch: Partial<State>): void {
    this.state = { ...this.state, ...patch };
    this.ask();
  }

  ask(): void {
    if (this.asked) return;
    this.asked = true;
    document.documentElement.removeAttribute('data-idle');
    requestAnimationFrame(() => this.now());
  }

  now(): void {
    this.asked = false;
    this.paint();
    this.writeLink();
    document.documentElement.setAttribute('data-idle', '');
  }

  get axis(): Axis { return this.axisOf(this.state.axis); }

  axisOf(kind: AxisKind): Axis {
    let axis = this.axes.get(kind);
    if (!axis) {
      axis = kind === 'steps' ? stepAxis(this.model) : timeAxis(this.model);
      this.axes.set(kind, axis);
    }
    return axis;
  }

  get shares(): Shares {
    let shares = this.shared.get(this.state.axis);
    if (!shares) {
      shares = new Shares(this.model, this.axis);
      this.shared.set(this.state.axis, shares);
    }
    return shares;
  }

  // Counts of a group, made when they are first looked at. `key` names the members.
  counts(key: string, members: () => ArrayLike<number>): Counts {
    const name = `${this.state.axis} ${key}`;
    let counts = this.counted.get(name);
    if (!counts) {
      counts = new Counts(this.model, this.axis, members());
      this.counted.set(name, counts);
    }
    return counts;
  }

  get allCounts(): Counts {
    return this.counts('\u0000all', () => {
      const all: number[] = [];
      for (let g = 0; g < this.model.n; g++) if (!this.model.isSystem(g)) all.push(g);
      return all;
    });
  }

  home(axis: Axis = this.axis): [number, number] {
    return [-LEFT * axis.end, axis.end * (1 + RIGHT)];
  }

  // A view within the recording, at least as wide as the deepest zoom allows.
  clamp(v0: number, v1: number): [number, number] {
    const [low, high] = this.home();
    let width = Math.max(v1 - v0, SMALLEST[this.state.axis]);
    width = Math.min(width, high - low);
    const left = Math.min(Math.max((v0 + v1 - width) / 2, low), high - width);
    return [left, left + width];
  }

  zoom(factor: number, around: number): void {
    const [v0, v1] = this.state.view;
    this.set({ view: this.clamp(around - (around - v0) * factor, around + (v1 - around) * factor) });
  }

  pan(by: number): void {
    const [v0, v1] = this.state.view;
    const [low, high] = this.home();
    const shift = Math.min(Math.max(by, low - v0), high - v1);
    this.set({ view: [v0 + shift, v1 + shift] });
  }

  // So that `pos` is in sight; moves the view no further than it has to.
  insight(pos: number): [number, number] {
    const [v0, v1] = this.state.view;
    const margin = (v1 - v0) * 0.08;
    if (pos < v0 + margin && v0 > this.home()[0]) return this.clamp(pos - margin, pos - margin + v1 - v0);
    if (pos > v1 - margin && v1 < this.home()[1]) return this.clamp(pos + margin - (v1 - v0), pos + margin);
    return this.state.view;
  }

  moveTo(pos: number, patch: Partial<State> = {}): void {
    const cursor = Math.min(Math.max(pos, 0), this.axis.end);
    this.set({ cursor, view: this.insight(cursor), ...patch });
  }

  toAxis(kind: AxisKind): void {
    if (kind === 'steps' && !canStep(this.model)) return;
    if (kind === this.state.axis) return;
    const ns = this.axis.toTime(this.state.cursor);
    const old = this.state.view;
    const whole = this.home();
    const [from, to] = [this.axis.toTime(old[0]), this.axis.toTime(old[1])];
    this.state.axis = kind;
    const zoomed = old[0] > whole[0] || old[1] < whole[1];
    const view = zoomed ? this.clamp(this.axis.fromTime(from), this.axis.fromTime(to)) : this.home();
    this.set({ axis: kind, cursor: this.axis.fromTime(ns), view });
  }

  positionOf(one: { t: number; o: number }): number {
    return this.axis.fromOrder(one.o, Math.max(0, one.t - this.model.head.begin));
  }

  toCheck(check: Check, which = 0): Partial<State> {
    const one: Evidence | undefined = check.evidence[which];
    const patch: Partial<State> = { check: check.id, why: true, evidence: one ? which : -1 };
    if (!one) return patch;
    const g = this.model.index(one.g);
    if (g >= 0) Object.assign(patch, { sel: g, reveal: g });
    patch.cursor = this.positionOf(one);
    patch.view = this.insight(patch.cursor);
    return patch;
  }

  get check(): Check | undefined {
    return this.model.head.checks.find((one) => one.id === this.state.check);
  }

  private fromLink(hash: string): Partial<State> {
    const patch: Partial<State> = {};
    const fields = new Map<string, string>();
    for (const part of hash.replace(/^#/, '').split('&')) {
      const eq = part.indexOf('=');
      if (eq < 1) continue;
      try {
        fields.set(part.slice(0, eq), decodeURIComponent(part.slice(eq + 1)));
      } catch {
        continue;  // not ours
      }
    }
    const kind = fields.get('axis');
    if ((kind === 'steps' && canStep(this.model)) || kind === 'time') {
      this.state.axis = patch.axis = kind;
      this.state.view = this.home();
      const check = this.check;
      if (check) Object.assign(this.state, this.toCheck(check));
    }
    const id = fields.get('check')?.replace(`${this.model.head.title}.`, '');
    const check = this.model.head.checks.find((one) => one.id === id);
    if (check) Object.assign(patch, this.toCheck(check));
    const g = this.model.index(Number(fields.get('g') ?? NaN));
    if (g >= 0) Object.assign(patch, { sel: g, reveal: g });
    const t = parseTime(fields.get('t') ?? '');
    if (t >= 0 && t <= this.model.span) patch.cursor = this.axis.fromTime(t);
    const step = Number(fields.get('s') || NaN);
    if (this.state.axis === 'steps' && step >= 0 && step <= this.axis.end) patch.cursor = step;
    const [from, to] = (fields.get('z') ?? '').split('..');
    if (to !== undefined) {
      const [v0, v1] = [this.position(from), this.position(to)];
      if (v0 < v1) patch.view = this.clamp(v0, v1);
    }
    return patch;
  }

  // "1.2s" or a step's number.
  private position(text: string): number {
    if (this.state.axis === 'steps' && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    return this.axis.fromTime(parseTime(text.replace(/^-.*/, '0s')));
  }

  followLink(): void {
    const before = this.state.axis;
    const patch = this.fromLink(location.hash);
    if (patch.axis && patch.axis !== before && !patch.view) patch.view = this.home();
    this.set(patch);
  }

  private writeLink(): void {
    const { state, model, axis } = this;
    const parts: string[] = [];
    if (state.sel >= 0) parts.push(`g=${model.c.id[state.sel]}`);
    parts.push(`t=${linkTime(axis.toTime(state.cursor))}`);
    if (state.axis === 'steps') parts.push(`s=${Math.round(state.cursor)}`);
    const [low, high] = this.home();
    const [v0, v1] = state.view;
    if (v0 > low || v1 < high) {
      parts.push(state.axis === 'steps' ? `z=${v0.toFixed(1)}..${v1.toFixed(1)}` : `z=${linkTime(Math.max(0, v0))}..${linkTime(v1)}`);
    }
    if (state.axis !== defaultAxis(model)) parts.push(`axis=${state.axis}`);
    if (state.check !== '') parts.push(`check=${encodeURIComponent(state.check)}`);
    const hash = `#${parts.join('&')}`;
    if (hash !== location.hash) history.replaceState(null, '', hash);
  }
}
