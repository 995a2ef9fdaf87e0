// How many goroutines are in which state, at every place of an axis.
//
// Changes are sorted once; integrals are kept every 32 changes, so that the mean over any pixel is exact
// and costs at most 64 steps, however many changes lie in it.

import { Axis, lastAtMost } from './axis';
import { ENDED, MIXED, RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { Model } from './model';

export const CLASSES = 4;  // runnable, running, syscall, waiting: as states are numbered
const BLOCK = 32;
const GONE = ENDED;

export type Count = [number, number, number, number];

// What a merged stretch counts as: the state that it spent most time in.
function classOf(model: Model, i: number): number {
  const state = model.c.state[i];
  if (state !== MIXED) return state;
  const shares = model.c.shares;
  if (!shares) return WAITING;
  const [run, ready, call] = shares.subarray(3 * i, 3 * i + 3);
  const wait = 16 - run - ready - call;
  const most = Math.max(run, ready, call, wait);
  return most === run ? RUNNING : most === wait ? WAITING : most === ready ? RUNNABLE : SYSCALL;
}

export class Counts {
  readonly peak: number;
  readonly peakAt: number;  // where that many are alive first
  private readonly end: number;  // of the axis: nothing is known of what comes after it
  private at: Float64Array;      // where each change is
  private change: Uint8Array;    // from * 8 + to
  private sums: Float64Array;    // integral of each class up to the block's begin
  private counts: Int32Array;    // of each class at the block's begin
  private tops: Int32Array;      // most alive within the block

  constructor(model: Model, axis: Axis, members: ArrayLike<number>) {
    let n = 0;
    for (let k = 0; k < members.length; k++) n += model.end(members[k]) - model.first(members[k]);
    const keys = new Float64Array(n);
    let used = 0;
    for (let k = 0; k < members.length; k++) {
      const g = members[k];
      let from = GONE;
      for (let i = model.first(g); i < model.end(g); i++) {
        const to = classOf(model, i);
        if (from !== to) keys[used++] = axis.pos[i] * 64 + from * 8 + to;
        from = to;
      }
    }
    const sorted = keys.subarray(0, used).sort();
    this.at = new Float64Array(used);
    this.change = new Uint8Array(used);
    const blocks = Math.ceil(used / BLOCK) + 1;
    this.sums = new Float64Array(blocks * CLASSES);
    this.counts = new Int32Array(blocks * CLASSES);
    this.tops = new Int32Array(blocks);
    const count = new Int32Array(8);
    const sum = new Float64Array(CLASSES);
    let before = 0;
    let peak = 0;
    let peakAt = 0;
    for (let e = 0; e < used; e++) {
      const code = sorted[e] % 64;
      const at = (sorted[e] - code) / 64;
      for (let c = 0; c < CLASSES; c++) sum[c] += count[c] * (at - before);
      before = at;
      if (e % BLOCK === 0) {
        this.sums.set(sum, (e / BLOCK) * CLASSES);
        this.counts.set(count.subarray(0, CLASSES), (e / BLOCK) * CLASSES);
      }
      this.at[e] = at;
      this.change[e] = code;
      count[code >> 3]--;
      count[code & 7]++;
      const alive = count[0] + count[1] + count[2] + count[3];
      const block = (e / BLOCK) | 0;
      if (alive > this.tops[block]) this.tops[block] = alive;
      if (alive > peak) [peak, peakAt] = [alive, at];
    }
    this.end = axis.end;
    this.peak = peak;
    this.peakAt = peakAt;
  }

  // Counts just after `pos`.
  after(pos: number): Count {
    const e = lastAtMost(this.at, pos);
    const block = Math.max(0, Math.floor((e + 1) / BLOCK));
    const count = new Int32Array(8);
    const from = block * BLOCK < this.at.length ? block * BLOCK : Math.max(0, block - 1) * BLOCK;
    count.set(this.counts.subarray((from / BLOCK) * CLASSES, (from / BLOCK) * CLASSES + CLASSES));
    for (let k = from; k <= e; k++) {
      count[this.change[k] >> 3]--;
      count[this.change[k] & 7]++;
    }
    return [count[0], count[1], count[2], count[3]];
  }

  // For each of `width` pixels from v0 to v1: the mean of each class, and the most that were alive.
  columns(v0: number, v1: number, width: number): { mean: Float32Array; top: Float32Array } {
    const mean = new Float32Array(width * CLASSES);
    const top = new Float32Array(width);
    const n = this.at.length;
    if (n === 0) return { mean, top };
    const step = (v1 - v0) / width;
    const here = new Float64Array(CLASSES);
    const count = new Int32Array(8);
    const before = new Float64Array(CLASSES);
    let e = this.integral(v0, lastAtMost(this.at, v0) + 1, before, count);
    for (let x = 0; x < width && v0 + x * step < this.end; x++) {
      const to = v0 + (x + 1) * step;
      let most = count[0] + count[1] + count[2] + count[3];
      const begin = e;
      // Gallop, then halve: most pixels hold few changes.
      let stride = 1;
      let high = e;
      while (high < n && this.at[high] <= to) {
        high = Math.min(n, high + stride);
        stride *= 2;
      }
      e = lastAtMost(this.at, to, begin, high) + 1;
      most = Math.max(most, this.most(begin, e, count));
      e = this.integral(to, e, here, count);
      for (let c = 0; c < CLASSES; c++) {
        mean[x * CLASSES + c] = (here[c] - before[c]) / step;
        before[c] = here[c];
      }
      top[x] = most;
    }
    return { mean, top };
  }

  // The integral of each class up to `pos`, which lies before change `e`; the counts there.
  private integral(pos: number, e: number, sum: Float64Array, count: Int32Array): number {
    const block = Math.max(0, Math.ceil(e / BLOCK) - 1);
    count.fill(0);
    for (let c = 0; c < CLASSES; c++) {
      sum[c] = this.sums[block * CLASSES + c];
      count[c] = this.counts[block * CLASSES + c];
    }
    let at = e > 0 ? this.at[block * BLOCK] : pos;
    for (let k = block * BLOCK; k < e; k++) {
      const length = this.at[k] - at;
      if (length > 0) for (let c = 0; c < CLASSES; c++) sum[c] += count[c] * length;
      at = this.at[k];
      count[this.change[k] >> 3]--;
      count[this.change[k] & 7]++;
    }
    const length = pos - at;
    if (length > 0) for (let c = 0; c < CLASSES; c++) sum[c] += count[c] * length;
    return e;
  }

  // Most alive after any of the changes [begin, end), which follow the counts in `count`.
  private most(begin: number, end: number, count: Int32Array): number {
    let alive = count[0] + count[1] + count[2] + count[3];
    let most = alive;
    let k = begin;
    while (k < end) {
      if (k % BLOCK === 0 && k + BLOCK <= end) {
        const block = k / BLOCK;
        most = Math.max(most, this.tops[block]);
        k += BLOCK;
        const next = block + 1;
        if (k < this.at.length) {
          alive = 0;
          for (let c = 0; c < CLASSES; c++) alive += this.counts[next * CLASSES + c];
        }
        continue;
      }
      alive += (this.change[k] >> 3 === GONE ? 1 : 0) - ((this.change[k] & 7) === GONE ? 1 : 0);
      most = Math.max(most, alive);
      k++;
    }
    return most;
  }
}
