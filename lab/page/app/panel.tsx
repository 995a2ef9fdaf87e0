// The right side: the code with who is where at the cursor, and all that is known of the selected goroutine.

import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { lastAtMost } from './axis';
import { ENDED, MIXED, RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { Frame, Model } from './model';
import { regionsOf } from './stage';
import { Store } from './store';
import { plural, shortName, show, time } from './text';

const LONGEST_LINE = 2_000;
const AROUND = 120;  // entries of the history shown at each side of the current one

// The transition that a goroutine is in at a position; -1 before its creation.
export function transitionAt(store: Store, g: number, pos: number): number {
  const { model, axis } = store;
  const i = lastAtMost(axis.pos, pos, model.first(g), model.end(g));
  return i >= model.first(g) ? i : -1;
}

interface Places { byLine: Map<string, Map<number, number[]>>; alive: number }

function placesAt(store: Store, pos: number): Places {
  const { model } = store;
  const byLine = new Map<string, Map<number, number[]>>();
  let alive = 0;
  for (let g = 0; g < model.n; g++) {
    const i = transitionAt(store, g, pos);
    if (i < 0 || model.c.state[i] === ENDED) continue;
    if (!model.isSystem(g)) alive++;
    const place = model.place(g, i);
    if (!place) continue;
    let lines = byLine.get(place.file);
    if (!lines) byLine.set(place.file, (lines = new Map()));
    const there = lines.get(place.line);
    if (there) there.push(g);
    else lines.set(place.line, [g]);
  }
  return { byLine, alive };
}

export function Panel({ store, height }: { store: Store; height: number }) {
  const { state } = store;
  return useMemo(() => <Inner store={store} />, [state.cursor, state.sel, state.axis, state.dark, height, state.print]);
}

function Inner({ store }: { store: Store }) {
  const { state, model } = store;
  const places = useMemo(() => placesAt(store, state.cursor), [state.cursor, state.axis]);
  const i = state.sel >= 0 ? transitionAt(store, state.sel, state.cursor) : -1;
  const frame = state.sel >= 0 ? placeOf(model, state.sel, i) : undefined;
  const file = frame && model.sources.has(frame.file) ? frame.file : [...model.sources.keys()][0] ?? '';
  return (
    <aside class="panel" aria-label="Code and details">
      <div class="panel-head">
        <b>At {time(store.axis.toTime(state.cursor))}</b>
        <span class="muted"> {plural(places.alive, 'goroutine')} alive{file ? ` · ${show(file)}` : ''}</span>
      </div>
      {file ? <Code store={store} file={file} line={frame && frame.file === file ? frame.line : 0} places={places.byLine.get(file)} /> : null}
      {state.sel >= 0 ? <Details store={store} g={state.sel} i={i} /> : null}
    </aside>
  );
}

// Where it is, else where it was last, or will be: the code that belongs to it.
function placeOf(model: Model, g: number, i: number): Frame | undefined {
  const here = i >= 0 ? model.place(g, i) : undefined;
  if (here) return here;
  for (let k = Math.min(Math.max(i, model.first(g)), model.end(g) - 1), steps = 0; k >= model.first(g) && steps < 50; k--, steps++) {
    const place = model.place(g, k);
    if (place) return place;
  }
  for (let k = Math.max(i, model.first(g)), steps = 0; k < model.end(g) && steps < 50; k++, steps++) {
    const place = model.place(g, k);
    if (place) return place;
  }
  // It never waited: the line that created it.
  const site = /^(.*):(\d+)$/.exec(model.string(model.c.site[g]));
  return site ? { fn: '', file: site[1], line: Number(site[2]), own: true } : undefined;
}

function Code({ store, file, line, places }: { store: Store; file: string; line: number; places?: Map<number, number[]> }) {
  const box = useRef<HTMLDivElement>(null);
  const lines = store.model.sources.get(file) ?? [];
  useLayoutEffect(() => {
    const row = box.current?.querySelector<HTMLElement>('.at');
    if (row && box.current) box.current.scrollTop = row.offsetTop - box.current.clientHeight / 2;
  }, [file, line]);
  const never = (list: number[]): boolean => list.some((g) => store.model.neverEnds(g) && transitionAt(store, g, store.state.cursor) === store.model.last(g));
  return (
    <div class="code" ref={box} tabIndex={0} role="region" aria-label={`Source of ${show(file)}`}>
      {lines.map((text, k) => {
        const there = places?.get(k + 1);
        return (
          <div key={k} class={`line${k + 1 === line ? ' at' : ''}`}>
            <span class="badge-place">
              {there ? (
                <button class={`badge${never(there) ? ' never' : ''}`} title={there.slice(0, 20).map((g) => `G${store.model.c.id[g]}`).join(' ')}
                  aria-label={`${there.length === 1 ? `G${store.model.c.id[there[0]]} is` : `${there.length} goroutines are`} at line ${k + 1}`}
                  onClick={() => {
                    const next = there[(there.indexOf(store.state.sel) + 1) % there.length];
                    store.set({ sel: next, reveal: next });
                  }}>
                  {there.length === 1 ? `G${store.model.c.id[there[0]]}` : `${there.length} G`}
                </button>
              ) : null}
            </span>
            <span class="number">{k + 1}</span>
            <span class="text">{show(text, LONGEST_LINE) || ' '}</span>
          </div>
        );
      })}
    </div>
  );
}

function stateWord(model: Model, i: number): string {
  const s = model.c.state[i];
  if (s === RUNNING) return 'running';
  if (s === RUNNABLE) return 'runnable';
  if (s === SYSCALL) return 'in a system call';
  if (s === WAITING) return model.reason(i) || 'waiting';
  return s === MIXED ? 'several, merged' : 'ended';
}

// One sentence on what it does at the cursor.
export function sentence(store: Store, g: number, i: number): string {
  const { model } = store;
  const { time: at, state } = model.c;
  if (i < 0) return `is not created yet: at ${time(at[model.first(g)])}.`;
  const until = i + 1 < model.end(g) ? at[i + 1] : NaN;
  const since = `since ${time(at[i])}`;
  switch (state[i]) {
    case ENDED: return `has ended at ${time(at[i])}.`;
    case RUNNING: if (until === at[i]) return `runs at ${time(at[i])}.`;
      return Number.isNaN(until) ? `runs ${since}.` : `runs ${since}, until ${time(until)}.`;
    case RUNNABLE: return Number.isNaN(until) ? `is ready to run ${since}, and is never picked.` : `is ready to run ${since}, and is picked at ${time(until)}.`;
    case SYSCALL: return `is in a system call ${since}${Number.isNaN(until) ? '' : `, until ${time(until)}`}.`;
    case MIXED: return 'changes too fast here to be told apart.';
    default: break;
  }
  const what = model.reason(i) ? `waits in ${model.reason(i)} ${since}` : `waits ${since}`;
  if (Number.isNaN(until)) return model.neverEnds(g) ? `${what} and is never woken.` : `${what}, to the end of the recording.`;
  const waker = model.c.waker[i + 1];
  return `${what}, until ${time(until)}, woken by ${waker > 0 ? `G${waker}` : 'the clock'}.`;
}

function Details({ store, g, i }: { store: Store; g: number; i: number }) {
  const { model } = store;
  const creator = model.index(model.c.creator[g]);
  const stack = i >= 0 ? model.stackAt(g, i) : [];
  const all = regionsOf(model).get(g) ?? [];
  const now = store.axis.toTime(store.state.cursor);
  const regions = all.filter((one) => one.begin <= now && now <= one.end);
  const created = time(model.c.time[model.first(g)]);
  return (
    <div class="details">
      <div class="summary" aria-live="polite">
        <h2><span class="mono">G{model.c.id[g]}</span> {model.name(g)}</h2>
        <p class="sentence">{sentence(store, g, i)}</p>
      </div>
      <div class="more" tabIndex={0} role="region" aria-label={`Details of G${model.c.id[g]}`}>
        <dl>
          <dt>created</dt>
          <dd>
            {!model.isCreated(g) ? 'before the recording began'
              : creator >= 0 ? <>at {created} by{' '}
                <button class="link" onClick={() => store.set({ sel: creator, reveal: creator })}>G{model.c.id[creator]} {model.name(creator)}</button>
                {model.site(g) ? ` at ${model.site(g)}` : ''}</>
              : `at ${created} by the runtime`}
          </dd>
          {regions.length > 0 ? <><dt>region</dt><dd>{regions.map((one) => show(model.string(one.name))).join(', ')}</dd></> : null}
        </dl>
        {stack.length > 0 ? (
          <>
            <h3>Stack</h3>
            <ol class="stack">
              {stack.slice(0, 50).map((frame, k) => (
                <li key={k} class={frame.own ? '' : 'muted'}>
                  {show(shortName(frame.fn))}{frame.own && frame.line > 0 ? <span class="muted"> {show(frame.file)}:{frame.line}</span> : null}
                </li>
              ))}
            </ol>
          </>
        ) : null}
        <h3>History</h3>
        <Entries store={store} g={g} i={i} />
      </div>
    </div>
  );
}

const CLASS = ['runnable', 'running', 'syscall', 'waiting', 'ended', 'mixed'];

function Entries({ store, g, i }: { store: Store; g: number; i: number }) {
  const { model } = store;
  const list = useRef<HTMLOListElement>(null);
  const first = model.first(g);
  const end = model.end(g);
  const current = Math.max(i, first);
  const from = Math.max(first, Math.min(current - AROUND, end - 2 * AROUND));
  const to = Math.min(end, from + 2 * AROUND);
  useLayoutEffect(() => {
    const row = list.current?.querySelector<HTMLElement>('.current');
    const box = list.current?.closest<HTMLElement>('.more');
    if (!row || !box) return;
    const top = row.offsetTop;  // .more is what offsets count from
    if (top < box.scrollTop || top + row.offsetHeight > box.scrollTop + box.clientHeight) box.scrollTop = top - box.clientHeight / 2;
  });
  const entries = [];
  for (let k = from; k < to; k++) {
    const s = model.c.state[k];
    const waker = model.c.waker[k];
    const never = s === WAITING && k === end - 1 && model.neverEnds(g);
    const hollow = s === WAITING && model.hollow[model.c.reason[k]] === 1;
    entries.push(
      <li key={k} class={k === i ? 'current' : ''} aria-current={k === i ? 'step' : undefined}>
        <button onClick={() => store.moveTo(store.axis.pos[k])}>
          <span class="when">{time(model.c.time[k])}</span>
          <span class={`swatch ${never ? 'never' : hollow ? 'hollow' : CLASS[s]}`} aria-hidden="true" />
          <span>{stateWord(model, k)}{s === RUNNABLE && waker > 0 && k > first ? ` ← G${waker}` : ''}{never ? ', never woken' : ''}</span>
        </button>
      </li>,
    );
  }
  return (
    <>
      {from > first ? <p class="muted">... {plural(from - first, 'earlier entry', 'earlier entries')}</p> : null}
      <ol class="history" ref={list}>{entries}</ol>
      {to < end ? <p class="muted">... {plural(end - to, 'later entry', 'later entries')}</p> : null}
    </>
  );
}
