// Every goroutine in words, for who does not want or cannot use the picture.

import { useMemo } from 'preact/hooks';
import { ENDED, RUNNABLE, RUNNING, SYSCALL, WAITING } from './columns';
import { Model } from './model';
import { lastReason, matches } from './rows';
import { Store } from './store';
import { plural, time } from './text';

export const PAGE = 200;

interface Line { g: number; id: number; fn: string; by: string; created: number; state: string; running: number; waiting: number; events: number }

function lineOf(model: Model, g: number): Line {
  const { time: at, state } = model.c;
  let running = 0;
  let runs = 0;
  let waiting = 0;
  for (let i = model.first(g); i < model.end(g); i++) {
    const until = i + 1 < model.end(g) ? at[i + 1] : state[i] === ENDED ? at[i] : model.span;
    if (state[i] === RUNNING) {
      running += until - at[i];
      runs++;
    } else if (state[i] === WAITING) waiting += until - at[i];
  }
  const last = model.last(g);
  const words = ['runnable', 'running', 'in a system call', '', 'ended', 'several'];
  let text = last < 0 ? '' : words[state[last]];
  if (last >= 0 && state[last] === WAITING) text = `${lastReason(model, g)}${model.neverEnds(g) ? ', never woken' : ''}`;
  if (last >= 0 && state[last] === RUNNABLE && last === model.first(g)) text = 'never ran';
  if (last >= 0 && state[last] === SYSCALL) text = 'in a system call';
  return {
    g, id: model.c.id[g], fn: model.name(g), by: model.c.creator[g] > 0 ? `G${model.c.creator[g]} ${model.site(g)}` : '',
    created: last < 0 ? 0 : at[model.first(g)], state: text, running: model.head.virtual ? runs : running, waiting, events: model.end(g) - model.first(g),
  };
}

const HEADS: [keyof Line, string][] = [['id', 'Goroutine'], ['fn', 'Function'], ['by', 'Created by'], ['created', 'Created at'],
  ['state', 'At the end'], ['running', 'Running'], ['waiting', 'Waiting'], ['events', 'Events']];

export function Table({ store }: { store: Store }) {
  const { state, model } = store;
  const [column, up] = state.sort;
  const lines = useMemo(() => {
    const all: Line[] = [];
    for (let g = 0; g < model.n; g++) if (matches(model, g, state.filter)) all.push(lineOf(model, g));
    const key = column as keyof Line;
    all.sort((a, b) => {
      const [x, y] = [a[key], b[key]];
      const order = typeof x === 'number' ? x - (y as number) : x.localeCompare(y as string, 'en');
      return (up ? order : -order) || a.id - b.id;
    });
    return all;
  }, [state.filter, column, up]);
  const pages = Math.max(1, Math.ceil(lines.length / PAGE));
  const page = Math.min(state.tablePage, pages - 1);
  return (
    <main class="table-view" tabIndex={-1}>
      <div class="table-head">
        <span>{plural(lines.length, 'goroutine')}{lines.length !== model.n ? ` of ${model.n}` : ''}</span>
        {pages > 1 ? (
          <nav aria-label="Pages of the table">
            <button disabled={page === 0} onClick={() => store.set({ tablePage: page - 1 })}>Previous</button>
            <span> page {page + 1} of {pages} </span>
            <button disabled={page === pages - 1} onClick={() => store.set({ tablePage: page + 1 })}>Next</button>
          </nav>
        ) : null}
      </div>
      <div class="table-box" tabIndex={0} role="region" aria-label="Table of goroutines">
        <table>
          <thead>
            <tr>
              {HEADS.map(([key, head]) => (
                <th key={key} scope="col" aria-sort={column === key ? (up ? 'ascending' : 'descending') : 'none'}>
                  <button onClick={() => store.set({ sort: [key, column === key ? !up : true] })}>
                    {key === 'running' && model.head.virtual ? 'Runs' : head}{column === key ? (up ? ' ▴' : ' ▾') : ''}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.slice(page * PAGE, (page + 1) * PAGE).map((line) => (
              <tr key={line.g} class={line.g === state.sel ? 'selected' : ''}>
                <th scope="row"><button class="link" onClick={() => store.set({ sel: line.g, reveal: line.g, mode: 'timeline' })}>G{line.id}</button></th>
                <td>{line.fn}</td>
                <td>{line.by}</td>
                <td class="n">{time(line.created)}</td>
                <td class={model.neverEnds(line.g) ? 'never' : ''}>{line.state}</td>
                <td class="n">{model.head.virtual ? line.running : time(line.running)}</td>
                <td class="n">{time(line.waiting)}</td>
                <td class="n">{line.events}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </main>
  );
}
