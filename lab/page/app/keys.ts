// What each key does.

import { transitionAt } from './panel';
import { Row } from './rows';
import { toggle } from './stage';
import { Store } from './store';

const FAST = 10;

function goroutineRows(store: Store): Row[] {
  return store.layout.rows.filter((row) => row.kind === 'goroutine');
}

function moveRow(store: Store, by: number): void {
  const rows = goroutineRows(store);
  if (rows.length === 0) return;
  const at = rows.findIndex((row) => row.g === store.state.sel);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  store.set({ sel: rows[next].g, reveal: rows[next].g });
}

function moveEvent(store: Store, by: number): void {
  const { model, state, axis } = store;
  const g = state.sel;
  if (g < 0 || model.last(g) < 0) return;
  const i = transitionAt(store, g, state.cursor);
  const first = model.first(g);
  // Between two events, "back" is to the one that began what goes on.
  const inside = i >= 0 && axis.pos[i] < state.cursor;
  let next = i < 0 ? (by > 0 ? first + by - 1 : first) : i + by + (by < 0 && inside ? 1 : 0);
  next = Math.min(Math.max(next, first), model.end(g) - 1);
  // Events of one instant are one place on the axis of time: go on to another.
  while (by > 0 && next + 1 < model.end(g) && axis.pos[next] <= state.cursor) next++;
  while (by < 0 && next > first && axis.pos[next] >= state.cursor) next--;
  store.moveTo(axis.pos[next]);
}

function nextFailure(store: Store): void {
  const stops: [number, number][] = [];
  store.model.head.checks.forEach((check, k) => {
    if (check.outcome !== 'fail' && check.outcome !== 'error') return;
    for (let e = 0; e < Math.max(1, check.evidence.length); e++) stops.push([k, e]);
  });
  if (stops.length === 0) return;
  const checks = store.model.head.checks;
  const at = stops.findIndex(([k, e]) => checks[k].id === store.state.check && e === Math.max(0, store.state.evidence));
  const [k, e] = stops[(at + 1) % stops.length];
  store.set({ mode: 'timeline', ...store.toCheck(checks[k], e) });
}

function openGroup(store: Store): void {
  const { rows } = store.layout;
  const at = rows.findIndex((row) => row.kind === 'goroutine' && row.g === store.state.sel);
  const group = at < 0 ? rows.find((row) => row.kind === 'group' && row.members.includes(store.state.sel))
    : rows.slice(0, at).reverse().find((row) => row.kind === 'group' && row.members.includes(store.state.sel));
  if (group) toggle(store, group);
}

export function onKey(store: Store, event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  const typing = target.tagName === 'INPUT';
  if (event.key === 'Escape') {
    if (store.state.help) return;  // the dialog closes itself
    if (typing && store.state.filter !== '') store.set({ filter: '' });
    else if (typing) target.blur();
    else if (store.state.why) store.set({ why: false });
    return;
  }
  if (typing || store.state.help || event.ctrlKey || event.metaKey || event.altKey) return;
  const onButton = target.tagName === 'BUTTON';
  const { state } = store;
  const middle = (state.view[0] + state.view[1]) / 2;
  const around = state.cursor >= state.view[0] && state.cursor <= state.view[1] ? state.cursor : middle;
  // A box that scrolls has the arrows for itself, but for the rows, whose arrows choose.
  const scrolls = target.closest('.code, .more, .table-box') !== null;
  switch (event.key) {
    case 'ArrowUp': case 'ArrowDown':
      if (scrolls || state.mode === 'table') return;
      moveRow(store, event.key === 'ArrowUp' ? -1 : 1);
      break;
    case 'ArrowLeft': case 'ArrowRight':
      if (scrolls || state.mode === 'table') return;
      moveEvent(store, (event.key === 'ArrowLeft' ? -1 : 1) * (event.shiftKey ? FAST : 1));
      break;
    case '+': case '=': store.zoom(1 / 1.6, around); break;
    case '-': store.zoom(1.6, around); break;
    case '0': store.set({ view: store.home() }); break;
    case 'Home': if (scrolls) return; store.moveTo(0); break;
    case 'End': if (scrolls) return; store.moveTo(store.axis.end); break;
    case '/': document.getElementById('filter')?.focus(); break;
    case 'f': nextFailure(store); break;
    case 'x': store.toAxis(state.axis === 'time' ? 'steps' : 'time'); break;
    case 't': store.set({ mode: state.mode === 'table' ? 'timeline' : 'table' }); break;
    case 'd': store.set({ dark: !state.dark }); break;
    case '?': store.set({ help: true }); break;
    case 'Enter': if (onButton) return; openGroup(store); break;
    default: return;
  }
  event.preventDefault();
}
