// The chips of the checks, and the panel that says why one of them passed or failed.

import { Check } from './model';
import { Store } from './store';
import { show, time } from './text';

const SIGNS = { pass: '✓', fail: '✗', error: '!', skip: '–' };
const WORDS = { pass: 'passed', fail: 'failed', error: 'could not be judged to the end', skip: 'not judged' };
const ORDER = { fail: 0, error: 1, pass: 2, skip: 3 };
const MOST_EVIDENCE = 12;
const LONGEST = 20_000;

export function sortedChecks(checks: Check[]): Check[] {
  return [...checks].sort((a, b) => Math.min(ORDER[a.outcome], 1) - Math.min(ORDER[b.outcome], 1)
    || (ORDER[a.outcome] < 2 ? ORDER[a.outcome] - ORDER[b.outcome] : 0));
}

export function Chips({ store }: { store: Store }) {
  const { state, model } = store;
  return (
    <div class="chips" role="group" aria-label="Checks">
      {sortedChecks(model.head.checks).map((check) => {
        const open = state.check === check.id && state.why;
        return (
          <button key={check.id} class={`chip ${check.outcome}${state.check === check.id ? ' current' : ''}`} aria-expanded={open}
            aria-label={`${show(check.id)} ${WORDS[check.outcome]}`} title={show(check.sentence ?? '')}
            onClick={() => store.set(open ? { why: false } : store.toCheck(check))}>
            <span class="sign" aria-hidden="true">{SIGNS[check.outcome]}</span> {show(check.id)}
          </button>
        );
      })}
    </div>
  );
}

export function Why({ store, check }: { store: Store; check: Check }) {
  const { state } = store;
  const text = (value: string | undefined) => show(value ?? '', LONGEST);
  const facts = check.outcome === 'pass' ? text(check.sentence) : text(check.message);
  const below = check.outcome === 'pass' || check.outcome === 'skip' ? text(check.message) : text(check.sentence);
  return (
    <section class={`why ${check.outcome}`} aria-label={`Why ${show(check.id)} ${WORDS[check.outcome]}`}>
      <div class="said">
        <h2>
          {facts || text(check.sentence) || show(check.id)}{' '}
          <button class="link" onClick={() => store.set({ why: false })}>less</button>
        </h2>
        {below && below !== facts ? <p>{check.outcome === 'pass' || check.outcome === 'skip' ? below : `What must hold: ${below}.`}</p> : null}
        {check.note ? <p>{text(check.note)}</p> : null}
        {check.goSays ? <p><b>As Go says it:</b> <code>{text(check.goSays)}</code></p> : null}
        {check.rule ? <p class="rule"><b>Rule:</b> {text(check.rule)}</p> : null}
        {check.ask ? <p class="rule"><b>Try:</b> {text(check.ask)}</p> : null}
        {check.elsewhere ? <p class="rule"><b>Not in this run.</b> That one: <code>{text(check.elsewhere)}</code></p> : null}
        <div class="evidence">
          {check.evidence.slice(0, MOST_EVIDENCE).map((one, i) => (
            <button key={i} class={`pill${state.evidence === i ? ' current' : ''}`} aria-pressed={state.evidence === i}
              onClick={() => store.set(store.toCheck(check, i))}>{show(one.note)}</button>
          ))}
          {check.evidence.length > MOST_EVIDENCE ? <span class="muted">and {check.evidence.length - MOST_EVIDENCE} more</span> : null}
        </div>
        {check.story ? (
          <ol class="story">
            {check.story.map(([who, what], i) => <li key={i}><b>{show(who)}</b> {show(what, 300)}</li>)}
          </ol>
        ) : null}
      </div>
      {check.expected || check.actual ? (
        <div class="cards">
          <Card title="Expected" text={text(check.expected)} list={check.expectedList} other={check.actualList} curve={check.expectedCurve} check={check} />
          <Card title="Actual" text={text(check.actual)} list={check.actualList} other={check.expectedList} curve={check.actualCurve} check={check} />
        </div>
      ) : null}
    </section>
  );
}

function Card({ title, text, list, other, curve, check }:
    { title: string; text: string; list?: string[]; other?: string[]; curve?: [number, number][]; check: Check }) {
  const bad = title === 'Actual' && check.outcome !== 'pass';
  return (
    <div class={`card${bad ? ' bad' : ''}`}>
      <h3>{title}</h3>
      <p>{text || '–'}</p>
      {list && other ? <Order list={list} other={other} /> : null}
      {curve && curve.length > 0 ? <Step curve={curve} check={check} bad={bad} title={title} /> : null}
    </div>
  );
}

// A list in its order, the first place where it differs marked.
function Order({ list, other }: { list: string[]; other: string[] }) {
  let differs = 0;
  while (differs < list.length && list[differs] === other[differs]) differs++;
  return (
    <ol class="order">
      {list.slice(0, 12).map((item, i) => <li key={i} class={i === differs ? 'differs' : ''}>{show(item, 80)}{i === differs ? <span class="hidden"> (differs)</span> : null}</li>)}
      {list.length > 12 ? <li class="muted">... {list.length - 12} more</li> : null}
      {differs === list.length && other.length > list.length ? <li class="differs">(ends here)</li> : null}
    </ol>
  );
}

const CURVE_WIDTH = 272;
const CURVE_HEIGHT = 32;

// Both curves of a check have one scale.
function Step({ curve, check, bad, title }: { curve: [number, number][]; check: Check; bad: boolean; title: string }) {
  const all = [...(check.expectedCurve ?? []), ...(check.actualCurve ?? [])];
  const from = Math.min(...all.map(([t]) => t));
  const to = Math.max(...all.map(([t]) => t), from + 1);
  const most = Math.max(1, ...all.map(([, n]) => n));
  // The last value goes on for a while: what is judged is often the end.
  const x = (t: number): string => (((t - from) / (to - from)) * CURVE_WIDTH * 0.86).toFixed(1);
  const y = (n: number): string => (CURVE_HEIGHT - 1 - (n / most) * (CURVE_HEIGHT - 3)).toFixed(1);
  const path = curve.map(([t, n], i) => `${i === 0 ? 'M' : 'H'}${x(t)}${i === 0 ? ` ${y(n)}` : `V${y(n)}`}`).join('') + `H${CURVE_WIDTH}`;
  const last = curve[curve.length - 1][1];
  return (
    <svg class="curve" viewBox={`0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}`} preserveAspectRatio="none" role="img"
      aria-label={`${title}: from ${curve[0][1]} to ${last} goroutines, from ${time(from)} to ${time(to)}`}>
      <line x1="0" x2={CURVE_WIDTH} y1={CURVE_HEIGHT - 1} y2={CURVE_HEIGHT - 1} class="base" />
      <path d={path} class={bad ? 'bad' : 'good'} />
    </svg>
  );
}
