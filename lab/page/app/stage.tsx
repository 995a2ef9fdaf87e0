// The rows: names at the left, bars at the right, in one scrolling box. Only what is in sight exists.

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { lastAtMost } from './axis';
import { ENDED, MIXED, RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { Model } from './model';
import { Raster, View } from './raster';
import { Layout, Row, rowName } from './rows';
import { Store } from './store';
import { show } from './text';
import { Theme } from './theme';
import { ticksOf } from './plot';

const MOST_ARROWS = 300;
const FEW_EVENTS = 4_000;
const FONT = 'system-ui, sans-serif';
const INFINITY = '∞';

export interface StageProps {
  store: Store;
  theme: Theme;
  layout: Layout;
  labels: number;  // px of the names' column
  width: number;   // px of the bars' column
  height: number;  // px of the box
}

function visible(layout: Layout, scroll: number, height: number): Row[] {
  return layout.rows.filter((row) => row.top + row.height > scroll && row.top < scroll + height);
}

export function toggle(store: Store, row: Row): void {
  const open = new Map(store.state.open);
  open.set(row.key, !row.open);
  store.set({ open });
}

export function Stage({ store, theme, layout, labels, width, height }: StageProps) {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { state, model } = store;
  const rows = visible(layout, state.scroll, height);

  useLayoutEffect(() => {
    const element = box.current as HTMLDivElement;
    if (state.reveal >= 0) {
      const row = layout.rows.find((one) => one.kind === 'goroutine' && one.g === state.reveal);
      store.state.reveal = -1;
      if (row && (row.top < element.scrollTop || row.top + row.height > element.scrollTop + height)) {
        element.scrollTop = Math.max(0, row.top - height / 3);
      }
    }
    if (element.scrollTop !== state.scroll) {
      store.state.scroll = element.scrollTop;
      store.ask();  // names of what came into sight
    }
  });

  useLayoutEffect(() => {
    if (canvas.current) draw(canvas.current, { store, theme, layout, labels, width, height });
  });

  useEffect(() => {
    const element = canvas.current as HTMLCanvasElement;
    // Not passive: a pinch and Ctrl+wheel must not zoom the page itself.
    const wheel = (event: WheelEvent): void => {
      const at = store.state.view[0] + (event.offsetX / element.clientWidth) * (store.state.view[1] - store.state.view[0]);
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        store.zoom(Math.exp(Math.max(-1, Math.min(1, event.deltaY / 300))), at);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        const by = event.deltaX !== 0 ? event.deltaX : event.deltaY;
        store.pan((by / element.clientWidth) * (store.state.view[1] - store.state.view[0]));
      }
    };
    element.addEventListener('wheel', wheel, { passive: false });
    return () => element.removeEventListener('wheel', wheel);
  }, []);

  const selected = rows.find((row) => row.kind === 'goroutine' && row.g === state.sel);
  return (
    <div class="stage" ref={box} onScroll={(event) => store.set({ scroll: event.currentTarget.scrollTop })} tabIndex={-1}>
      <div style={{ height: `${Math.max(layout.height, 1)}px` }}>
        <div class="sticky" style={{ height: `${height}px` }}>
          <div class="labels" role="tree" tabIndex={0} aria-label="Goroutines" style={{ width: `${labels}px` }}
            aria-activedescendant={selected ? `g${model.c.id[selected.g]}` : undefined}>
            {rows.map((row) => <Label key={row.kind === 'group' ? `+${row.key}` : `${row.kind}${row.g}`} row={row} store={store} />)}
          </div>
          <Bars store={store} layout={layout} canvas={canvas} width={width} height={height} />
        </div>
      </div>
    </div>
  );
}

function Label({ row, store }: { row: Row; store: Store }) {
  const { model, state } = store;
  const place = { top: `${row.top - state.scroll}px`, height: `${row.height}px`, paddingLeft: `${12 + 16 * Math.min(row.depth, 8)}px` };
  if (row.kind === 'processor') {
    return <div class="label" style={place} role="treeitem" aria-level={1}><b class="id">{row.label}</b><span class="muted">processor</span></div>;
  }
  if (row.kind === 'group') {
    return (
      <div class="label group" style={place} role="treeitem" aria-level={row.depth + 1} aria-expanded={row.open}
        aria-label={rowName(model, row)} onClick={() => toggle(store, row)}>
        <span class="twist" aria-hidden="true">{row.open ? '▾' : '▸'}</span>
        <b class="name">{show(row.label)}</b>
        <span class="muted times">×{row.members.length}</span>
      </div>
    );
  }
  const g = row.g;
  const inGroup = state.grouping === 'function' && row.depth > 0;
  const site = model.site(g);
  const line = site.slice(site.lastIndexOf(':') + 1);
  const from = model.c.creator[g] > 0 ? `from G${model.c.creator[g]}${line ? `, line ${line}` : ''}` : model.name(g);
  return (
    <div class={`label${g === state.sel ? ' selected' : ''}`} id={`g${model.c.id[g]}`} style={place} role="treeitem"
      aria-level={row.depth + 1} aria-selected={g === state.sel} aria-label={rowName(model, row)} onClick={() => store.set({ sel: g })}>
      <b class="id">G{model.c.id[g]}</b>
      <span class={inGroup ? 'name muted' : 'name'}>{inGroup ? from : model.name(g) || '(unknown)'}</span>
      {model.neverEnds(g) ? <span class="never" aria-hidden="true">{INFINITY}</span> : null}
    </div>
  );
}

function Bars({ store, layout, canvas, width, height }:
    { store: Store; layout: Layout; canvas: { current: HTMLCanvasElement | null }; width: number; height: number }) {
  const drag = useRef<{ x: number; y: number; view: [number, number]; scroll: number; moved: boolean; pointers: Map<number, number> } | null>(null);
  const position = (event: PointerEvent): number => {
    const element = event.currentTarget as HTMLElement;
    const [v0, v1] = store.state.view;
    return v0 + ((event.clientX - element.getBoundingClientRect().left) / element.clientWidth) * (v1 - v0);
  };
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    const pointers = drag.current?.pointers ?? new Map<number, number>();
    pointers.set(event.pointerId, event.clientX);
    drag.current = { x: event.clientX, y: event.clientY, view: store.state.view, scroll: store.state.scroll, moved: false, pointers };
  };
  const move = (event: PointerEvent): void => {
    const from = drag.current;
    if (!from || !from.pointers.has(event.pointerId)) return;
    const [v0, v1] = from.view;
    const scale = (v1 - v0) / (event.currentTarget as HTMLElement).clientWidth;
    if (from.pointers.size === 2) {  // a pinch
      const before = [...from.pointers.values()];
      from.pointers.set(event.pointerId, event.clientX);
      const after = [...from.pointers.values()];
      const factor = Math.abs(before[0] - before[1]) / Math.max(1, Math.abs(after[0] - after[1]));
      from.moved = true;
      store.zoom(factor, position(event));
      return;
    }
    if (Math.abs(event.clientX - from.x) + Math.abs(event.clientY - from.y) < 4 && !from.moved) return;
    from.moved = true;
    const shift = (from.x - event.clientX) * scale;
    const [low, high] = store.home();
    const by = Math.min(Math.max(shift, low - v0), high - v1);
    store.set({ view: [v0 + by, v1 + by] });
    const box = (event.currentTarget as HTMLElement).closest('.stage') as HTMLElement;
    box.scrollTop = from.scroll + from.y - event.clientY;
  };
  const up = (event: PointerEvent): void => {
    const from = drag.current;
    from?.pointers.delete(event.pointerId);
    if (from && from.pointers.size > 0) return;
    drag.current = null;
    if (!from || from.moved || event.type === 'pointercancel') return;
    const element = event.currentTarget as HTMLElement;
    const y = event.clientY - element.getBoundingClientRect().top + store.state.scroll;
    const row = layout.rows.find((one) => y >= one.top && y < one.top + one.height);
    if (!row) return;
    if (row.kind === 'group') toggle(store, row);
    else store.set({ cursor: Math.min(Math.max(position(event), 0), store.axis.end), sel: row.kind === 'goroutine' ? row.g : store.state.sel });
  };
  return (
    <canvas class="bars" ref={canvas} role="img" style={{ width: `${width}px`, height: `${height}px` }}
      aria-label="States of goroutines over time; the list beside it and the table say the same in words"
      onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up} />
  );
}

function draw(canvas: HTMLCanvasElement, props: StageProps): void {
  const { store, theme, layout, width, height } = props;
  const { state, model } = store;
  const ratio = devicePixelRatio || 1;
  const w = Math.max(1, Math.round(width * ratio));
  const h = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  if (!context) return;
  const view: View = { v0: state.view[0], v1: state.view[1], width: w, ratio };
  const raster = new Raster(model, store.axis, store.shares, theme, w, h);
  raster.clear();
  const rows = visible(layout, state.scroll, height);
  const pxOf = (row: Row): [number, number] => {
    const top = (row.top - state.scroll) * ratio;
    const margin = Math.max(2, Math.min(5, row.height * 0.12)) * ratio;
    return [Math.round(top + margin), Math.round(top + row.height * ratio - margin)];
  };
  for (const row of rows) {
    const [y0, y1] = pxOf(row);
    const top = Math.round((row.top - state.scroll) * ratio);
    const bottom = Math.round((row.top - state.scroll + row.height) * ratio);
    if (row.kind === 'goroutine') {
      if (row.g === state.sel) raster.band(top, bottom, theme.selected);
      raster.bar(row.g, view, y0, y1);
    } else if (row.kind === 'group') {
      raster.band(top, bottom, theme.panel);
      raster.area(store.counts(row.key, () => row.members), view, Math.round(top + 3 * ratio), bottom - Math.round(2 * ratio), theme);
    }
  }
  raster.put(context);
  const pen = new Pen(context, store, theme, view, ratio, h);
  pen.behind();
  for (const row of rows) {
    const [y0, y1] = pxOf(row);
    if (row.kind === 'goroutine') pen.goroutine(row.g, y0, y1);
    else if (row.kind === 'processor') pen.processor(row.g, y0, y1);
    else pen.group(row, y0);
  }
  pen.arrows(layout, rows, pxOf);
  pen.front();
}

// What goes over the bars: texts, ends, arrows, the cursor.
class Pen {
  private scale: number;
  private model: Model;

  constructor(private context: CanvasRenderingContext2D, private store: Store, private theme: Theme, private view: View,
    private ratio: number, private height: number) {
    this.scale = view.width / (view.v1 - view.v0);
    this.model = store.model;
    context.textBaseline = 'middle';
  }

  private x(pos: number): number { return (pos - this.view.v0) * this.scale; }

  private clip(x: number): number { return Math.min(Math.max(x, 0), this.view.width); }

  private font(bold = false): void { this.context.font = `${bold ? 'bold ' : ''}${11 * this.ratio}px ${FONT}`; }

  // Lines of the ticks, phases of the collector, and what comes after main's end.
  behind(): void {
    const { context, theme, store } = this;
    context.fillStyle = theme.line;
    context.globalAlpha = 0.6;
    for (const one of ticksOf(store, this.view.width / this.ratio)) context.fillRect(Math.round(this.x(one.at)), 0, 1, this.height);
    context.globalAlpha = 1;
    const begin = this.model.head.begin;
    for (const [from, to] of this.model.head.bands) {
      const x0 = this.clip(this.x(store.axis.fromTime(from - begin)));
      const x1 = this.clip(this.x(store.axis.fromTime(to - begin)));
      context.fillStyle = theme.gc;
      context.globalAlpha = 0.12;
      context.fillRect(x0, 0, Math.max(x1 > 0 && x0 < this.view.width ? 1 : 0, x1 - x0), this.height);
      context.globalAlpha = 1;
    }
    const over = this.model.head.marks.find((mark) => mark.over);
    if (over) {
      const x0 = this.clip(this.x(store.positionOf(over)));
      const x1 = this.clip(this.x(store.axis.end));
      context.fillStyle = theme.mark;
      context.globalAlpha = 0.07;
      context.fillRect(x0, 0, Math.max(0, x1 - x0), this.height);
      context.globalAlpha = 1;
    }
  }

  goroutine(g: number, y0: number, y1: number): void {
    const { model, context, theme, ratio, store } = this;
    const { pos } = store.axis;
    const { state } = model.c;
    const first = model.first(g);
    const end = model.end(g);
    if (first === end) return;
    // Texts: from the first transition in sight, as long as there are not too many to have room.
    const from = Math.max(first, lastAtMost(pos, this.view.v0, first, end));
    const to = lastAtMost(pos, this.view.v1, from, end) + 1;
    if (to - from < this.view.width / ratio) {
      for (let i = from; i < to; i++) this.text(g, i, y0, y1);
    }
    const born = this.x(pos[first]);
    context.fillStyle = theme.text;
    const reach = Math.round(2 * ratio);
    if (model.isCreated(g) && born >= -2 && born < this.view.width) context.fillRect(Math.round(born - ratio), y0 - reach, 2 * ratio, y1 - y0 + 2 * reach);
    const last = end - 1;
    if (state[last] === ENDED) {
      const x = this.x(pos[last]);
      if (x >= -4 && x < this.view.width + 4) {
        context.fillRect(Math.round(x - ratio), y0 - reach, 2 * ratio, y1 - y0 + 2 * reach);
        context.beginPath();
        context.arc(x, (y0 + y1) / 2, 3.5 * ratio, 0, 2 * Math.PI);
        context.fill();
      }
    } else if (model.neverEnds(g)) {
      this.badge(this.x(store.axis.end), y0, y1);
    }
    this.regions(g, y1);
  }

  private badge(x: number, y0: number, y1: number): void {
    if (x < 0 || x > this.view.width) return;
    const { context, theme, ratio } = this;
    const wide = 15 * ratio;
    const point = 7 * ratio;
    context.fillStyle = theme.never;
    context.beginPath();
    context.moveTo(x, y0);
    context.lineTo(x + wide, y0);
    context.lineTo(x + wide + point, (y0 + y1) / 2);
    context.lineTo(x + wide, y1);
    context.lineTo(x, y1);
    context.fill();
    context.font = `bold ${13 * ratio}px ${FONT}`;
    context.fillStyle = theme.onBar;
    context.fillText(INFINITY, x + 2 * ratio, (y0 + y1) / 2);
  }

  private text(g: number, i: number, y0: number, y1: number): void {
    const { model, context, theme, ratio, store } = this;
    const x0 = this.clip(this.x(store.axis.pos[i]));
    const x1 = this.clip(this.x(store.shares.until(g, i)));
    const room = x1 - x0 - 8 * ratio;
    if (room < 20 * ratio || y1 - y0 < 12 * ratio) return;
    const state = model.c.state[i];
    const never = state === WAITING && i === model.end(g) - 1 && model.neverEnds(g);
    let text = '';
    let colour = theme.text;
    let field = '';
    if (state === RUNNING) [text, colour] = ['running', theme.onBar];
    else if (state === RUNNABLE) [text, field] = ['runnable', theme.runnableField];
    else if (state === SYSCALL) [text, colour] = [model.reason(i) || 'syscall', theme.onBar];
    else if (state === MIXED) return;
    else if (never) [text, colour, field] = [`${model.reason(i)} — never woken`, theme.neverText, theme.neverField];
    else if (state === WAITING) [text, colour] = [model.reason(i), theme.onWaiting];
    this.font(never);
    let wide = context.measureText(text).width;
    if (wide > room && never) {
      text = model.reason(i);
      wide = context.measureText(text).width;
    }
    if (wide > room) return;
    if (field) {
      context.fillStyle = field;
      context.fillRect(x0 + ratio, y0, wide + 6 * ratio, y1 - y0);
    }
    context.fillStyle = colour;
    context.fillText(text, x0 + 4 * ratio, (y0 + y1) / 2 + ratio * 0.5);
  }

  // A thin strip below the bar, one colour a name.
  private regions(g: number, y1: number): void {
    const list = regionsOf(this.model).get(g);
    if (!list) return;
    const { context, theme, ratio, store } = this;
    let free = -1;
    for (const one of list) {
      const x0 = this.clip(this.x(store.axis.fromTime(one.begin)));
      const x1 = this.clip(this.x(store.axis.fromTime(one.end)));
      if (x1 <= free || x1 <= 0 || x0 >= this.view.width) continue;
      context.fillStyle = theme.region[one.name % theme.region.length];
      context.fillRect(x0, y1 - 4 * ratio, Math.max(1, x1 - x0), 4 * ratio);
      free = Math.max(x0 + 1, x1);
    }
  }

  // Which goroutine ran on a processor when.
  processor(p: number, y0: number, y1: number): void {
    const { context, theme, ratio, store, model } = this;
    const lane = laneOf(store, p);
    const { begin, end, g } = lane;
    this.font();
    for (let k = Math.max(0, lastAtMost(begin, this.view.v0)); k < begin.length && begin[k] < this.view.v1;) {
      const x0 = this.clip(this.x(begin[k]));
      const x1 = Math.max(x0 + 1, this.clip(this.x(end[k])));
      if (end[k] >= this.view.v0) {
        context.fillStyle = theme.running;
        context.globalAlpha = g[k] === store.state.sel ? 1 : g[k] % 2 === 0 ? 0.85 : 0.65;
        context.fillRect(x0, y0, x1 - x0, y1 - y0);
        context.globalAlpha = 1;
        const text = `G${model.c.id[g[k]]}`;
        if (x1 - x0 > context.measureText(text).width + 6 * ratio) {
          context.fillStyle = theme.onBar;
          context.fillText(text, x0 + 3 * ratio, (y0 + y1) / 2);
        }
      }
      // The next that does not lie in the same pixel.
      k = Math.max(k + 1, lastAtMost(end, this.view.v0 + Math.floor(x1) / this.scale));
    }
  }

  group(row: Row, y0: number): void {
    if (row.open || row.height < 40) return;
    const { context, theme, ratio, store } = this;
    const peak = store.counts(row.key, () => row.members).peak;
    this.font();
    const text = `peak ${peak}`;
    const wide = context.measureText(text).width;
    context.fillStyle = theme.panel;
    context.fillRect(this.view.width - wide - 9 * ratio, y0 - 2 * ratio, wide + 6 * ratio, 14 * ratio);
    context.fillStyle = theme.muted;
    context.fillText(text, this.view.width - wide - 6 * ratio, y0 + 5 * ratio);
  }

  // Who created and woke whom, of the selected goroutine; of all in a small recording.
  arrows(layout: Layout, rows: Row[], pxOf: (row: Row) => [number, number]): void {
    const { model, store } = this;
    const { sel } = store.state;
    if (sel < 0) return;
    const where = new Map<number, Row>();
    for (const row of layout.rows) if (row.kind === 'goroutine') where.set(row.g, row);
    for (const row of layout.rows) {
      if (row.kind === 'group') for (const g of row.members) if (!where.has(g)) where.set(g, row);
    }
    const seen = new Set(rows);
    const { pos } = store.axis;
    let left = MOST_ARROWS;
    const arrow = (from: number, to: number, at: number, colour: string): void => {
      const a = where.get(from);
      const b = where.get(to);
      const x = this.x(at);
      if (!a || !b || a === b || left <= 0 || x < 0 || x > this.view.width || (!seen.has(a) && !seen.has(b))) return;
      left--;
      this.arrow(x, pxOf(a), pxOf(b), colour);
    };
    const creator = model.index(model.c.creator[sel]);
    if (creator >= 0 && model.isCreated(sel)) arrow(creator, sel, pos[model.first(sel)], this.theme.creation);
    if (model.transitions > FEW_EVENTS * 25) return;
    const { children, wakes } = linksOf(model);
    for (const g of children.get(sel) ?? []) if (model.isCreated(g)) arrow(sel, g, pos[model.first(g)], this.theme.creation);
    for (const [g, i] of wakes.get(sel) ?? []) arrow(sel, g, pos[i], this.theme.wake);
    for (let i = model.first(sel) + 1; i < model.end(sel); i++) {
      const waker = model.c.waker[i] > 0 ? model.index(model.c.waker[i]) : -1;
      if (waker >= 0) arrow(waker, sel, pos[i], this.theme.wake);
    }
  }

  private arrow(x: number, from: [number, number], to: [number, number], colour: string): void {
    const { context, ratio } = this;
    const down = to[0] > from[0];
    const y0 = down ? from[1] - 2 * ratio : from[0] + 2 * ratio;
    const y1 = down ? to[0] : to[1];
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = ratio;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, y0);
    context.lineTo(Math.round(x) + 0.5, y1);
    context.stroke();
    const size = (down ? -5 : 5) * ratio;
    context.beginPath();
    context.moveTo(x, y1);
    context.lineTo(x - 3 * ratio, y1 + size);
    context.lineTo(x + 3 * ratio, y1 + size);
    context.fill();
  }

  front(): void {
    const { context, theme, ratio, store } = this;
    for (const mark of this.model.head.marks) {
      const x = this.x(store.positionOf(mark));
      if (x < 0 || x > this.view.width) continue;
      context.strokeStyle = theme.mark;
      context.lineWidth = ratio;
      context.setLineDash([4 * ratio, 3 * ratio]);
      context.beginPath();
      context.moveTo(Math.round(x) + 0.5, 0);
      context.lineTo(Math.round(x) + 0.5, this.height);
      context.stroke();
      context.setLineDash([]);
    }
    const x = this.x(store.state.cursor);
    if (x >= 0 && x <= this.view.width) {
      context.fillStyle = theme.cursor;
      context.fillRect(Math.round(x - ratio), 0, 2 * ratio, this.height);
    }
  }
}

// Children and wake-ups by who made them; only asked of recordings that are not large.
const links = new WeakMap<Model, { children: Map<number, number[]>; wakes: Map<number, [number, number][]> }>();

export function linksOf(model: Model): { children: Map<number, number[]>; wakes: Map<number, [number, number][]> } {
  let found = links.get(model);
  if (found) return found;
  found = { children: new Map(), wakes: new Map() };
  for (let g = 0; g < model.n; g++) {
    const creator = model.index(model.c.creator[g]);
    const siblings = found.children.get(creator);
    if (siblings && siblings.length < MOST_ARROWS) siblings.push(g);
    else if (creator >= 0 && !siblings) found.children.set(creator, [g]);
    for (let i = model.first(g) + 1; i < model.end(g); i++) {
      if (model.c.waker[i] === 0) continue;
      const waker = model.index(model.c.waker[i]);
      const list = found.wakes.get(waker);
      if (list) list.push([g, i]);
      else found.wakes.set(waker, [[g, i]]);
    }
  }
  links.set(model, found);
  return found;
}

const regions = new WeakMap<Model, Map<number, { begin: number; end: number; name: number }[]>>();

export function regionsOf(model: Model): Map<number, { begin: number; end: number; name: number }[]> {
  let found = regions.get(model);
  if (found) return found;
  found = new Map();
  for (const one of model.c.region) {
    const g = model.index(one.g);
    const list = found.get(g);
    if (list) list.push(one);
    else found.set(g, [one]);
  }
  for (const list of found.values()) list.sort((a, b) => a.begin - b.begin);
  regions.set(model, found);
  return found;
}

interface Lane { begin: Float64Array; end: Float64Array; g: Uint32Array }

const lanes = new WeakMap<object, Map<number, Lane>>();

function laneOf(store: Store, p: number): Lane {
  const { model, axis } = store;
  let all = lanes.get(axis);
  if (!all) {
    all = new Map();
    const pieces = new Map<number, [number, number][]>();
    for (let g = 0; g < model.n; g++) {
      for (let i = model.first(g); i < model.end(g); i++) {
        if (model.c.state[i] !== RUNNING) continue;
        const list = pieces.get(model.c.p[i]);
        if (list) list.push([g, i]);
        else pieces.set(model.c.p[i], [[g, i]]);
      }
    }
    for (const [number, list] of pieces) {
      list.sort((a, b) => axis.pos[a[1]] - axis.pos[b[1]]);
      all.set(number, {
        begin: Float64Array.from(list, ([, i]) => axis.pos[i]),
        end: Float64Array.from(list, ([g, i]) => store.shares.until(g, i)),
        g: Uint32Array.from(list, ([g]) => g),
      });
    }
    lanes.set(axis, all);
  }
  return all.get(p) ?? { begin: new Float64Array(), end: new Float64Array(), g: new Uint32Array() };
}
