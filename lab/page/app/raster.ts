// Bars as pixels. A pixel column that holds one state has its colour and form; one that holds several
// has their exact shares, stacked: running, syscall, runnable, waiting.

import { Axis, lastAtMost } from './axis';
import { ENDED, MIXED, RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { CLASSES, Counts } from './counts';
import { Model } from './model';
import { Theme, pixel } from './theme';

const BLOCK = 32;
const LEAST_RUNNING = 0.45;  // of the bar's height, of a column in which anything runs
const HATCH = 6;

// Time spent in running, runnable and syscall up to every 32nd transition, over all goroutines.
export class Shares {
  private sums: Float64Array;

  constructor(private model: Model, private axis: Axis) {
    const n = model.transitions;
    this.sums = new Float64Array((Math.ceil(n / BLOCK) + 1) * 3);
    const sum = [0, 0, 0];
    for (let g = 0; g < model.n; g++) {
      for (let i = model.first(g); i < model.end(g); i++) {
        if (i % BLOCK === 0) this.sums.set(sum, (i / BLOCK) * 3);
        this.add(g, i, this.until(g, i) - axis.pos[i], sum);
      }
    }
  }

  // Where transition i ends.
  until(g: number, i: number): number {
    if (i + 1 < this.model.end(g)) return this.axis.pos[i + 1];
    return this.model.c.state[i] === ENDED ? this.axis.pos[i] : this.axis.end;
  }

  private add(_g: number, i: number, length: number, to: number[]): void {
    const { state, shares } = this.model.c;
    if (state[i] === RUNNING) to[0] += length;
    else if (state[i] === RUNNABLE) to[1] += length;
    else if (state[i] === SYSCALL) to[2] += length;
    else if (state[i] === MIXED && shares) for (let k = 0; k < 3; k++) to[k] += (length * shares[3 * i + k]) / 16;
  }

  // Of whole transitions [from, to) of one goroutine.
  between(g: number, from: number, to: number, out: number[]): void {
    const first = Math.ceil(from / BLOCK) * BLOCK;
    const last = Math.floor(to / BLOCK) * BLOCK;
    if (first < last) {
      for (let k = 0; k < 3; k++) out[k] += this.sums[(last / BLOCK) * 3 + k] - this.sums[(first / BLOCK) * 3 + k];
      for (let i = from; i < first; i++) this.add(g, i, this.until(g, i) - this.axis.pos[i], out);
      for (let i = last; i < to; i++) this.add(g, i, this.until(g, i) - this.axis.pos[i], out);
    } else {
      for (let i = from; i < to; i++) this.add(g, i, this.until(g, i) - this.axis.pos[i], out);
    }
  }

  part(g: number, i: number, length: number, out: number[]): void {
    this.add(g, i, length, out);
  }
}

export interface View { v0: number; v1: number; width: number; ratio: number }  // width in device pixels

export class Raster {
  private image: ImageData | null = null;
  private pixels = new Uint32Array(0);
  private colour: Record<'running' | 'runnable' | 'field' | 'syscall' | 'waiting' | 'hollow' | 'edge' | 'never' | 'neverField' | 'page', number>;

  constructor(private model: Model, private axis: Axis, private shares: Shares, theme: Theme, private width: number, private height: number) {
    this.colour = {
      running: pixel(theme.running), runnable: pixel(theme.runnable), field: pixel(theme.runnableField), syscall: pixel(theme.syscall),
      waiting: pixel(theme.waiting), hollow: pixel(theme.hollow), edge: pixel(theme.edge), never: pixel(theme.never),
      neverField: pixel(theme.neverField), page: pixel(theme.page),
    };
    if (width > 0 && height > 0) {
      this.image = new ImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
  }

  clear(): void { this.pixels.fill(this.colour.page); }

  band(y0: number, y1: number, colour: string): void {
    const p = pixel(colour);
    for (let y = Math.max(0, y0); y < Math.min(this.height, y1); y++) this.pixels.fill(p, y * this.width, (y + 1) * this.width);
  }

  put(context: CanvasRenderingContext2D): void {
    if (this.image) context.putImageData(this.image, 0, 0);
  }

  // A goroutine's bar between rows y0 and y1 of pixels.
  bar(g: number, view: View, y0: number, y1: number): void {
    const { pos } = this.axis;
    const first = this.model.first(g);
    const end = this.model.end(g);
    if (first === end) return;
    const scale = view.width / (view.v1 - view.v0);
    const lives = this.shares.until(g, end - 1);
    const x0 = Math.max(0, Math.floor((pos[first] - view.v0) * scale));
    const x1 = Math.min(view.width, Math.max(x0 + 1, Math.ceil((lives - view.v0) * scale)));
    let i = Math.max(first, lastAtMost(pos, view.v0 + x0 / scale, first, end));
    let x = x0;
    while (x < x1) {
      const to = view.v0 + (x + 1) / scale;
      const until = this.shares.until(g, i);
      if (until >= to || i + 1 === end) {
        // One state for this column, and maybe for many that follow.
        const last = Math.min(x1, Math.max(x + 1, Math.floor((until - view.v0) * scale)));
        this.fill(g, i, x, last, y0, y1, view.ratio);
        x = last;
      } else {
        x = this.mixed(g, i, x, view, scale, y0, y1);
      }
      i = this.ahead(g, i, view.v0 + x / scale, end);
    }
  }

  // The transition that holds `at`, looked for from i on.
  private ahead(_g: number, i: number, at: number, end: number): number {
    const { pos } = this.axis;
    let stride = 1;
    let high = i + 1;
    while (high < end && pos[high] <= at) {
      high = Math.min(end, high + stride);
      stride *= 2;
    }
    return Math.max(i, lastAtMost(pos, at, i, high));
  }

  private fill(g: number, i: number, x0: number, x1: number, y0: number, y1: number, ratio: number): void {
    const { state } = this.model.c;
    const c = this.colour;
    const s = state[i];
    if (s === MIXED) {
      const shares = this.model.c.shares;
      const out = shares ? [shares[3 * i], shares[3 * i + 1], shares[3 * i + 2]] : [0, 0, 0];
      for (let x = x0; x < x1; x++) this.column(x, y0, y1, out, 16);
      return;
    }
    if (s === ENDED) return;
    if (s === RUNNING || s === SYSCALL) this.rect(x0, x1, y0, y1, s === RUNNING ? c.running : c.syscall);
    else if (s === RUNNABLE) this.hatch(x0, x1, y0, y1, c.runnable, c.field, ratio);
    else if (i === this.model.end(g) - 1 && this.model.neverEnds(g)) this.hatch(x0, x1, y0, y1, c.never, c.neverField, ratio);
    else {
      this.rect(x0, x1, y0, y1, this.model.hollow[this.model.c.reason[i]] ? c.hollow : c.waiting);
      const edge = Math.max(1, Math.round(ratio));
      this.rect(x0, x1, y0, Math.min(y1, y0 + edge), c.edge);
      this.rect(x0, x1, Math.max(y0, y1 - edge), y1, c.edge);
    }
  }

  private mixed(g: number, i: number, x: number, view: View, scale: number, y0: number, y1: number): number {
    const { pos } = this.axis;
    const from = view.v0 + x / scale;
    const to = view.v0 + (x + 1) / scale;
    const end = this.model.end(g);
    const last = this.ahead(g, i, to, end);
    const out = [0, 0, 0];
    const begin = Math.max(from, pos[i]);
    this.shares.part(g, i, Math.max(0, this.shares.until(g, i) - begin), out);
    if (last > i + 1) this.shares.between(g, i + 1, last, out);
    const stop = Math.min(to, this.shares.until(g, last));
    if (last > i) this.shares.part(g, last, Math.max(0, stop - pos[last]), out);
    // Runs of no length, as in virtual time, are runs all the same.
    let whole = stop - begin;
    if (out[0] === 0) {
      const { state } = this.model.c;
      for (let k = i; k <= last && k < i + BLOCK; k++) {
        if (state[k] === RUNNING) {
          if (whole <= 0) whole = 1;
          out[0] = whole * 1e-6;
          break;
        }
      }
    }
    this.column(x, y0, y1, out, whole);
    return x + 1;
  }

  private column(x: number, y0: number, y1: number, out: number[], whole: number): void {
    const height = y1 - y0;
    const c = this.colour;
    let running = whole > 0 ? out[0] / whole : 0;
    if (running > 0 && running < LEAST_RUNNING) running = LEAST_RUNNING;
    const rest = whole - out[0] > 0 ? (1 - running) / (whole - out[0]) : 0;
    let y = y1;
    const part = (share: number, colour: number): void => {
      const top = Math.max(y0, Math.round(y - share * height));
      this.rect(x, x + 1, top, y, colour);
      y = top;
    };
    part(Math.min(1, running), c.running);
    part(out[2] * rest, c.syscall);
    part(out[1] * rest, c.runnable);
    if (y > y0) {
      this.rect(x, x + 1, y0, y, c.waiting);
      this.rect(x, x + 1, y0, y0 + 1, c.edge);
    }
  }

  private rect(x0: number, x1: number, y0: number, y1: number, colour: number): void {
    for (let y = Math.max(0, y0); y < Math.min(this.height, y1); y++) this.pixels.fill(colour, y * this.width + x0, y * this.width + x1);
  }

  private hatch(x0: number, x1: number, y0: number, y1: number, colour: number, field: number, ratio: number): void {
    const period = Math.round(HATCH * ratio);
    const stripe = Math.max(1, Math.round(period / 2));
    for (let y = Math.max(0, y0); y < Math.min(this.height, y1); y++) {
      const row = y * this.width;
      for (let x = x0; x < x1; x++) this.pixels[row + x] = (x + y) % period < stripe ? colour : field;
    }
  }

  // Stacked counts of a group: running at the bottom, waiting on top.
  area(counts: Counts, view: View, y0: number, y1: number, theme: Theme): void {
    const { mean } = counts.columns(view.v0, view.v1, view.width);
    const order: [number, number][] = [[RUNNING, pixel(theme.running)], [SYSCALL, pixel(theme.syscall)],
      [RUNNABLE, pixel(theme.runnable)], [WAITING, pixel(theme.waiting)]];
    const unit = (y1 - y0) / Math.max(1, counts.peak);
    for (let x = 0; x < view.width; x++) {
      let sum = 0;
      let y = y1;
      for (const [state, colour] of order) {
        sum += mean[x * CLASSES + state];
        const top = Math.max(y0, sum > 0 ? Math.min(Math.round(y1 - sum * unit), y) : y);
        this.rect(x, x + 1, top, y, colour);
        y = top;
      }
    }
  }
}
