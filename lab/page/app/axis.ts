// Positions of transitions along the page: their time, or their place in the order of all events.
//
// In virtual time each run has length 0. On the axis of steps an event has a width of one, and a jump of
// the clock two more, so that the order of what happens at one instant is seen.

import { Model } from './model';

export type AxisKind = 'time' | 'steps';

export const MOST_STEPS = 500_000;
const JUMP = 2;

export interface Axis {
  kind: AxisKind;
  pos: Float64Array;  // of each transition
  end: number;
  toTime(pos: number): number;
  fromTime(ns: number): number;
  fromOrder(order: number, ns: number): number;
  begins(pos: number): number;  // the first position that has the time of this one
}

// The last index whose value is <= x, -1 if none.
export function lastAtMost(values: Float64Array, x: number, from = 0, to = values.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

export function timeAxis(model: Model): Axis {
  return {
    kind: 'time',
    pos: model.c.time,
    end: Math.max(model.span, 1),
    toTime: (pos) => Math.min(Math.max(pos, 0), model.span),
    fromTime: (ns) => ns,
    fromOrder: (_order, ns) => ns,
    begins: (pos) => pos,
  };
}

export function canStep(model: Model): boolean {
  return model.transitions > 0 && model.transitions <= MOST_STEPS && model.head.merged === 0;
}

export function stepAxis(model: Model): Axis {
  const { time, order } = model.c;
  const n = time.length;
  const key = order ?? time;
  const sorted = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => key[a] - key[b] || time[a] - time[b]);
  const pos = new Float64Array(n);
  const eventPos = new Float64Array(n);
  const eventTime = new Float64Array(n);
  const eventOrder = new Float64Array(n);
  let events = 0;
  let at = 0;
  for (let k = 0; k < n; k++) {
    const i = sorted[k];
    const before = k > 0 ? sorted[k - 1] : i;
    // Without an order, events of one time share a step only if they are one transition's two sides.
    const next = k > 0 && (order === null || order[i] !== order[before]);
    if (next) at += 1 + (time[i] !== time[before] && isJump(time[i] - time[before], model) ? JUMP : 0);
    if (k === 0 || next) {
      eventPos[events] = at;
      eventTime[events] = time[i];
      eventOrder[events++] = key[i];
    }
    pos[i] = at;
  }
  const p = eventPos.subarray(0, events);
  const t = eventTime.subarray(0, events);
  const o = eventOrder.subarray(0, events);
  const end = at + 1 + (n > 0 && model.span > time[sorted[n - 1]] ? JUMP : 0);
  return {
    kind: 'steps',
    pos,
    end,
    toTime: (x) => (x >= end ? model.span : t[Math.max(0, lastAtMost(p, x))] ?? 0),
    fromTime: (ns) => (ns >= model.span ? end : p[Math.max(0, lastAtMost(t, ns))] ?? 0),
    fromOrder: (wanted, ns) => {
      const i = order ? lastAtMost(o, wanted) : lastAtMost(t, ns);
      return p[Math.max(0, i)] ?? 0;
    },
    begins: (x) => {
      const ns = t[Math.max(0, lastAtMost(p, x))] ?? 0;
      return p[lastAtMost(t, ns - 0.5) + 1] ?? 0;
    },
  };
}

// In real time the clock always moves; what looks like a jump there is a thousandth of all.
function isJump(ns: number, model: Model): boolean {
  return model.head.virtual || ns > model.span / 1000;
}
