// The page as a whole: header, checks, timeline or table, panel, keys.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { canStep } from './axis';
import { RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { Chips, Why } from './checks';
import { Panel } from './panel';
import { Plot } from './plot';
import { Grouping, Layout, layout, processorsOf } from './rows';
import { Stage } from './stage';
import { Store } from './store';
import { Table } from './table';
import { plural, show, time } from './text';
import { themeOf } from './theme';
import { onKey } from './keys';

const LABELS = 236;
const PANEL = 420;
const NARROW = 1000;
const MOST_PRINTED = 2_000;  // px of rows

export function App({ store }: { store: Store }) {
  const { state, model } = store;
  const [size, setSize] = useState({ width: innerWidth, height: innerHeight });
  const middle = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(400);

  useEffect(() => {
    const resized = (): void => { setSize({ width: innerWidth, height: innerHeight }); store.ask(); };
    const key = (event: KeyboardEvent): void => onKey(store, event);
    const schemes = matchMedia('(prefers-color-scheme: dark)');
    const scheme = (): void => store.set({ dark: schemes.matches });
    const linked = (): void => store.followLink();
    const forced = matchMedia('(forced-colors: active)');
    const colours = (): void => store.ask();
    addEventListener('resize', resized);
    addEventListener('keydown', key);
    addEventListener('hashchange', linked);
    schemes.addEventListener('change', scheme);
    forced.addEventListener('change', colours);
    return () => {
      removeEventListener('resize', resized);
      removeEventListener('keydown', key);
      removeEventListener('hashchange', linked);
      schemes.removeEventListener('change', scheme);
      forced.removeEventListener('change', colours);
    };
  }, []);

  const print = state.print;
  const narrow = size.width < NARROW && !print;
  const width = print ? 1040 : size.width;
  const dark = state.dark && !print;
  const labels = narrow ? Math.min(LABELS, Math.round(width * 0.3)) : LABELS;
  const bars = Math.max(80, width - labels - (narrow || print ? 0 : PANEL));
  const theme = useMemo(() => themeOf(dark), [dark, matchMedia('(forced-colors: active)').matches]);

  useLayoutEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    document.documentElement.dataset.print = print ? 'yes' : '';
  });
  useLayoutEffect(() => {
    if (!middle.current || print) return;
    const stage = middle.current.querySelector('.stage-place');
    const box = stage?.getBoundingClientRect();
    if (box && Math.abs(box.height - room) >= 1) setRoom(box.height);
  });

  const rows: Layout = useMemo(
    () => layout(model, { grouping: state.grouping, filter: state.filter, open: state.open, evidence: store.evidence, room }),
    [state.grouping, state.filter, state.open, room]);
  store.layout = rows;
  const check = store.check;
  const why = check && state.why;
  const stageHeight = print ? Math.min(rows.height, MOST_PRINTED) : room;

  return (
    <div class={`app${narrow ? ' narrow' : ''}`}>
      {useMemo(() => <Header store={store} />, [state.axis, state.mode, state.dark])}
      <nav class="bar" aria-label="Checks, and which rows are shown">
        {useMemo(() => <Chips store={store} />, [state.check, state.why])}
        <Tools store={store} shown={rows.shown} />
      </nav>
      {model.head.merged > 0 ? <Merged store={store} /> : null}
      {model.head.note ? <aside class="notice" aria-label="Note">{show(model.head.note, 2000)}</aside> : null}
      {useMemo(() => (why ? <Why store={store} check={check} /> : null), [why, state.check, state.evidence, state.axis])}
      {model.n === 0 ? <p class="empty">There is no recording to be shown.</p>
        : state.mode === 'table' ? <Table store={store} />
        : (
          <main class="timeline" ref={middle} tabIndex={-1}>
            <div class="middle" style={{ width: `${labels + bars}px` }}>
              <div class="top">
                <Legend store={store} width={labels} />
                <Plot store={store} theme={theme} width={bars} />
              </div>
              <div class="stage-place" style={print ? { height: `${stageHeight}px` } : {}}>
                <Stage store={store} theme={theme} layout={rows} labels={labels} width={bars} height={Math.max(20, stageHeight)} />
                {rows.shown === 0 ? <p class="empty over">No goroutine matches “{show(state.filter, 80)}”.</p> : null}
              </div>
            </div>
            <Panel store={store} height={size.height} />
          </main>
        )}
      <Keys />
      {state.help ? <Help store={store} /> : null}
    </div>
  );
}

function Header({ store }: { store: Store }) {
  const { state, model } = store;
  const checks = model.head.checks;
  const failed = checks.filter((one) => one.outcome === 'fail').length;
  const errors = checks.filter((one) => one.outcome === 'error').length;
  const judged = checks.filter((one) => one.outcome !== 'skip').length;
  const verdict = failed + errors > 0
    ? `✗ ${failed + errors} of ${plural(judged, 'check')} ${failed > 0 ? 'failed' : 'could not be judged'}`
    : judged === 0 ? '– nothing was judged' : `✓ ${judged === checks.length ? 'all ' : ''}${plural(judged, 'check')} passed`;
  const kind = failed + errors > 0 ? 'fail' : judged === 0 ? 'skip' : 'pass';
  const facts = [...model.head.facts.map((one) => show(one, 200)), plural(model.n, 'goroutine'), plural(model.transitions, 'event'), time(model.span)];
  return (
    <header>
      <h1><b>{show(model.head.title)}</b> {show(model.head.subtitle)}</h1>
      {checks.length > 0 ? <span class={`verdict ${kind}`}>{verdict}</span> : null}
      <span class="facts muted">{facts.join(' · ')}</span>
      <span class="gap" />
      <Switch label="Axis" value={state.axis} options={[['time', 'Time'], ['steps', 'Steps']]} disabled={canStep(model) ? '' : 'steps'}
        title="Steps: each event has the same width, in the order in which they happened (x)" set={(axis) => store.toAxis(axis)} />
      <Switch label="View" value={state.mode} options={[['timeline', 'Timeline'], ['table', 'Table']]} title="t" set={(mode) => store.set({ mode })} />
      <button class="round" aria-label={state.dark ? 'Light colours' : 'Dark colours'} title="d" onClick={() => store.set({ dark: !state.dark })}>
        {state.dark ? '☀' : '☾'}
      </button>
    </header>
  );
}

function Switch<T extends string>({ label, value, options, set, disabled = '', title }:
    { label: string; value: T; options: [T, string][]; set: (value: T) => void; disabled?: string; title: string }) {
  return (
    <span class="switch" role="group" aria-label={label} title={title}>
      {options.map(([id, text]) => (
        <button key={id} aria-pressed={value === id} disabled={disabled === id} onClick={() => set(id)}>{text}</button>
      ))}
    </span>
  );
}

function Tools({ store, shown }: { store: Store; shown: number }) {
  const { state, model } = store;
  const processors = useMemo(() => processorsOf(model).length > 1, []);
  const options: [Grouping, string][] = [['function', 'By function'], ['creator', 'By creator']];
  if (processors) options.push(['processor', 'By processor']);
  return (
    <span class="tools">
      <Switch label="Rows" value={state.grouping} options={options} title="How rows are put together" set={(grouping) => store.set({ grouping, reveal: state.sel })} />
      <input id="filter" type="search" placeholder="Filter: worker, chan, G7" aria-label="Filter goroutines" value={state.filter}
        onInput={(event) => store.set({ filter: event.currentTarget.value, tablePage: 0 })} />
      <span class="hidden" role="status">{state.filter ? `${shown} match` : ''}</span>
    </span>
  );
}

function Merged({ store }: { store: Store }) {
  const { merged, windowCommand } = store.model.head;
  return (
    <aside class="notice" aria-label="What is merged">
      Slices shorter than {time(merged)} are merged, so that this page is not too large; goroutines that a check names are whole.
      {windowCommand ? <> A page of a part has them all: <code>{show(windowCommand, 1000)}</code></> : null}
    </aside>
  );
}

function Legend({ store, width }: { store: Store; width: number }) {
  const counts = store.allCounts.after(store.state.cursor);
  const rows: [string, string, number][] = [['running', 'running', counts[RUNNING]], ['runnable', 'runnable', counts[RUNNABLE]],
    ['syscall', 'in a syscall', counts[SYSCALL]], ['waiting', 'waiting', counts[WAITING]]];
  return (
    <dl class="legend" style={{ width: `${width}px` }} aria-label="Goroutines at the cursor">
      {rows.map(([kind, text, n]) => <div key={kind}><dt><span class={`swatch ${kind}`} aria-hidden="true" />{text}</dt><dd>{n}</dd></div>)}
      <div class="sum"><dt><span class="swatch none" aria-hidden="true" />alive</dt><dd>{counts[0] + counts[1] + counts[2] + counts[3]}</dd></div>
    </dl>
  );
}

function Keys() {
  return useMemo(() => (
    <footer aria-hidden="true">
      <span><kbd>↑</kbd><kbd>↓</kbd> goroutine</span><span><kbd>←</kbd><kbd>→</kbd> its events</span>
      <span><kbd>+</kbd><kbd>-</kbd><kbd>0</kbd> zoom</span><span><kbd>/</kbd> filter</span><span><kbd>f</kbd> next failure</span>
      <span><kbd>x</kbd> time / steps</span><span><kbd>t</kbd> table</span><span><kbd>?</kbd> all keys</span>
      <span class="wide">drag the plot to scrub, Ctrl+wheel to zoom</span>
    </footer>
  ), []);
}

const HELP: [string, string][] = [['↑ ↓', 'the goroutine above, below'], ['← →', 'its event before, after (Shift: 10)'], ['Home End', 'begin and end of the recording'],
  ['+ - 0', 'zoom in, out, the whole'], ['Enter', 'open or close the goroutine’s group'], ['f', 'the next failed check, and its evidence'], ['x', 'axis of time or of steps'],
  ['t', 'timeline or table'], ['/', 'filter: by id, function, wait reason, “never ends”'], ['d', 'dark or light'], ['Esc', 'close what is open'], ['?', 'this help']];

function Help({ store }: { store: Store }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => store.set({ help: false })}
      onClick={(event) => { if (event.target === dialog.current) store.set({ help: false }); }}>
      <h2 id="help-title">Keys and forms</h2>
      <div class="help">
        <table>
          <tbody>{HELP.map(([key, text]) => <tr key={key}><th scope="row"><kbd>{key}</kbd></th><td>{text}</td></tr>)}</tbody>
        </table>
        <ul class="forms">
          <li><span class="swatch running" /> running</li>
          <li><span class="swatch runnable" /> runnable: waits for its turn</li>
          <li><span class="swatch syscall" /> in a system call</li>
          <li><span class="swatch waiting" /> waits for a goroutine (channel, lock)</li>
          <li><span class="swatch hollow" /> waits for the clock or the network</li>
          <li><span class="swatch never" /> ∞ waits, and nothing wakes it</li>
          <li>a bar: created; a bar with a dot: ended</li>
          <li>arrows: who created (grey) and who woke (blue) the selected goroutine, and whom it did</li>
          <li>Drag the plot to move the cursor, the bars to move the view; Ctrl and the wheel zoom.</li>
          <li>The address of the page names what it shows: it can be sent on.</li>
        </ul>
      </div>
      <button onClick={() => store.set({ help: false })}>Close</button>
    </dialog>
  );
}

