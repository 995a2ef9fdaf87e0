// The plot above the rows: how many goroutines are in which state, the cursor, marks, what a check expected.

import uPlot from 'uplot';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { Axis } from './axis';
import { CLASSES } from './counts';
import { RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { Store } from './store';
import { show, tick, time } from './text';
import { Theme } from './theme';

const HEIGHT = 112;
const AXIS = 24;
const FONT = '11px system-ui, sans-serif';

type Data = uPlot.AlignedData;

function dataOf(store: Store, width: number): Data {
  const [v0, v1] = store.state.view;
  const { mean, top } = store.allCounts.columns(v0, v1, width);
  const step = (v1 - v0) / width;
  const x = new Float64Array(width);
  const series = [0, 1, 2, 3].map(() => new Float64Array(width));
  const most = new Float64Array(width);
  for (let i = 0; i < width; i++) {
    x[i] = v0 + (i + 0.5) * step;
    let sum = mean[i * CLASSES + RUNNING];
    series[3][i] = sum;
    series[2][i] = sum += mean[i * CLASSES + SYSCALL];
    series[1][i] = sum += mean[i * CLASSES + RUNNABLE];
    series[0][i] = sum += mean[i * CLASSES + WAITING];
    most[i] = top[i];
  }
  return [x, ...series, most] as unknown as Data;
}

// Labels of the axis of steps: times, each once, at the first step that has it if there is room.
function stepTicks(axis: Axis, v0: number, v1: number, width: number): { at: number; text: string }[] {
  const ticks: { at: number; text: string }[] = [];
  const gap = ((v1 - v0) / width) * 92;
  let last = -Infinity;
  let shown = NaN;
  for (let at = Math.max(0, v0); at <= Math.min(v1, axis.end); at += gap / 2) {
    const ns = axis.toTime(at);
    if (ns === shown) continue;
    const begin = Math.max(axis.begins(at), v0);
    const where = begin - last >= gap ? begin : at;
    if (where - last < gap) continue;
    ticks.push({ at: where, text: time(ns) });
    last = where;
    shown = ns;
  }
  return ticks;
}

function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const m of [1, 2, 5, 10]) if (m * power >= rough) return Math.max(1, m * power);
  return Math.max(1, 10 * power);
}

// In a deep zoom the labels are long and alike: the first is whole, the others say how much later they are.
function timeTicks(v0: number, v1: number, end: number, width: number): { at: number; text: string }[] {
  const step = niceStep(v1 - v0, width / 100);
  const ticks: { at: number; text: string }[] = [];
  const first = Math.max(0, Math.ceil(v0 / step) * step);
  const deep = v0 > 0 && (v1 - v0) * 2000 < v1;
  for (let at = first; at <= Math.min(v1, end); at += step) {
    const text = deep && at > first ? `+${tick(at - first, step)}` : deep ? `${(at / 1e9).toFixed(9).replace(/0+$/, '')} s` : tick(at, step);
    ticks.push({ at, text });
  }
  return ticks;
}

export function ticksOf(store: Store, width: number): { at: number; text: string }[] {
  const [v0, v1] = store.state.view;
  return store.state.axis === 'steps' ? stepTicks(store.axis, v0, v1, width) : timeTicks(v0, v1, store.axis.end, width);
}

export function Plot({ store, theme, width }: { store: Store; theme: Theme; width: number }) {
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const themeNow = useRef(theme);
  themeNow.current = theme;

  const makePlot = (): uPlot => {
    const fill = (name: 'running' | 'runnable' | 'syscall' | 'waiting') => () => themeNow.current[name];
    const area = (name: 'running' | 'runnable' | 'syscall' | 'waiting'): uPlot.Series =>
      ({ fill: fill(name), width: 0, points: { show: false } });
    return new uPlot({
      width: Math.max(50, width),
      height: HEIGHT,
      padding: [8, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [store.state.view[0], store.state.view[1]] },
        y: { range: () => [0, Math.max(1, store.allCounts.peak) * 1.12] },
      },
      series: [{}, area('waiting'), area('runnable'), area('syscall'), area('running'),
        { stroke: () => themeNow.current.edge, width: 1, points: { show: false } }],
      axes: [
        {
          size: AXIS, gap: 3, font: FONT, stroke: () => themeNow.current.muted,
          grid: { stroke: () => themeNow.current.line, width: 1 }, ticks: { show: false },
          splits: (u) => ticksOf(store, u.width).map((one) => one.at),
          values: (u) => ticksOf(store, u.width).map((one) => one.text),
        },
        { show: false },
      ],
      hooks: { draw: [(u) => overlay(u, store, themeNow.current)] },
    }, dataOf(store, Math.max(50, width)), holder.current as HTMLElement);
  };

  useLayoutEffect(() => {
    if (!plot.current) {
      plot.current = makePlot();
    } else {
      const u = plot.current;
      u.batch(() => {
        if (u.width !== width) u.setSize({ width: Math.max(50, width), height: HEIGHT });
        u.setData(dataOf(store, Math.max(50, width)));
      });
    }
  });
  // uPlot draws a microtask later; what shoots the page at once must not find it empty.
  useEffect(() => () => plot.current?.destroy(), []);

  const scrub = (event: PointerEvent): void => {
    if (event.type === 'pointerdown') (event.currentTarget as Element).setPointerCapture(event.pointerId);
    else if (event.buttons === 0) return;
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const [v0, v1] = store.state.view;
    store.set({ cursor: Math.min(Math.max(v0 + ((event.clientX - box.left) / box.width) * (v1 - v0), 0), store.axis.end) });
  };

  const counts = store.allCounts;
  return (
    <div class="plot" ref={holder} role="img" onPointerDown={scrub} onPointerMove={scrub}
      aria-label={`Goroutines alive over time, ${counts.peak} at most`} />
  );
}

function overlay(u: uPlot, store: Store, theme: Theme): void {
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  const x = (pos: number): number => u.valToPos(pos, 'x', true);
  const inside = (px: number): boolean => px >= bbox.left && px <= bbox.left + bbox.width;
  const peak = store.allCounts.peak;
  // Counts at the left, on lines of their own.
  if (peak > 0) {
    const step = niceStep(peak, 2.2);
    ctx.fillStyle = theme.muted;
    ctx.strokeStyle = theme.line;
    for (let n = step; n <= peak; n += step) {
      const y = Math.round(u.valToPos(n, 'y', true)) + 0.5;
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.globalAlpha = 0.5;
      ctx.stroke();
      ctx.globalAlpha = 1;
      label(ctx, theme, String(n), bbox.left + 4 * ratio, y - 13 * ratio, ratio);
    }
  }
  for (const [begin, end] of store.model.head.bands) {
    const from = Math.max(bbox.left, x(store.axis.fromTime(begin - store.model.head.begin)));
    const to = Math.min(bbox.left + bbox.width, x(store.axis.fromTime(end - store.model.head.begin)));
    if (to <= from) continue;
    ctx.fillStyle = theme.gc;
    ctx.globalAlpha = 0.12;
    ctx.fillRect(from, bbox.top, Math.max(1, to - from), bbox.height);
    ctx.globalAlpha = 1;
  }
  let free = -Infinity;
  for (const mark of store.model.head.marks) {
    const at = x(store.positionOf(mark));
    if (!inside(at)) continue;
    ctx.strokeStyle = theme.mark;
    ctx.setLineDash([4 * ratio, 3 * ratio]);
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.setLineDash([]);
    const text = show(mark.name, 40);
    const wide = ctx.measureText(text).width;
    const left = at + wide + 6 * ratio > bbox.left + bbox.width ? at - wide - 4 * ratio : at + 4 * ratio;
    if (left < free) continue;
    free = left + wide + 6 * ratio;
    ctx.fillStyle = theme.mark;
    label(ctx, theme, text, left, bbox.top, ratio);
  }
  const expected = store.check?.count;
  if (expected) {
    const at = x(store.positionOf(expected));
    const y = u.valToPos(expected.n, 'y', true);
    ctx.strokeStyle = ctx.fillStyle = store.check?.outcome === 'pass' ? theme.running : theme.never;
    ctx.lineWidth = 2 * ratio;
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    const text = `expected ${expected.n}`;
    ctx.font = `bold ${11 * ratio}px system-ui, sans-serif`;
    const wide = ctx.measureText(text).width;
    const half = 60 * ratio;
    const from = Math.max(bbox.left + wide + 8 * ratio, at - half);
    ctx.beginPath();
    ctx.moveTo(from, y);
    ctx.lineTo(Math.min(bbox.left + bbox.width, at + half), y);
    ctx.stroke();
    ctx.setLineDash([]);
    label(ctx, theme, text, from - wide - 5 * ratio, y - 6 * ratio, ratio);
  }
  const at = x(store.state.cursor);
  if (inside(at)) {
    ctx.fillStyle = theme.cursor;
    ctx.fillRect(Math.round(at - ratio), bbox.top - 4 * ratio, 2 * ratio, bbox.height + 4 * ratio);
    ctx.font = `bold ${11 * ratio}px system-ui, sans-serif`;
    const text = time(store.axis.toTime(store.state.cursor));
    const wide = ctx.measureText(text).width + 12 * ratio;
    const left = Math.min(Math.max(at - wide / 2, bbox.left), bbox.left + bbox.width - wide);
    ctx.fillRect(left, bbox.top + bbox.height + 2 * ratio, wide, 17 * ratio);
    ctx.fillStyle = theme.page;
    ctx.fillText(text, left + 6 * ratio, bbox.top + bbox.height + 5 * ratio);
  }
  ctx.restore();
}

function label(ctx: CanvasRenderingContext2D, theme: Theme, text: string, x: number, y: number, ratio: number): void {
  const colour = ctx.fillStyle;
  ctx.fillStyle = theme.page;
  ctx.globalAlpha = 0.75;
  ctx.fillRect(x - 2 * ratio, y, ctx.measureText(text).width + 4 * ratio, 13 * ratio);
  ctx.globalAlpha = 1;
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y + ratio);
}

