// The timeline page in Chromium, by clicks and keys.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { finish, folder, idle, open, press, require } from './browser.mjs';

const tests = [];
const test = (name, run) => tests.push([name, run]);
const text = async (page, selector) => (await page.locator(selector).first().innerText()).replace(/\s+/g, ' ').trim();
const hash = (page) => page.evaluate(() => location.hash);
const field = async (page, name) => new URLSearchParams((await hash(page)).slice(1)).get(name);

// The colour of a pixel of the bars, where the goroutine with this id has its row.
async function pixelAt(page, id, x) {
  return page.evaluate(([wanted, where]) => {
    const label = document.getElementById(`g${wanted}`).getBoundingClientRect();
    const canvas = document.querySelector('canvas.bars');
    const box = canvas.getBoundingClientRect();
    const ratio = canvas.width / box.width;
    const y = (label.top + label.height / 2 - box.top) * ratio;
    const data = canvas.getContext('2d').getImageData(Math.round(where * canvas.width), Math.round(y), 1, 1).data;
    return `#${[...data.slice(0, 3)].map((v) => v.toString(16).padStart(2, '0')).join('')}`;
  }, [id, x]);
}

test('opens at the first failure, with its evidence selected', async () => {
  const page = await open('leak');
  assert.equal(await text(page, '.verdict'), '✗ 2 of 3 checks failed');
  assert.match(await text(page, '.why'), /2 goroutines are still there.*What must hold.*Rule:.*Try:/);
  assert.equal(await text(page, '.card.bad p'), '2 more');
  assert.equal(await page.locator('.curve').count(), 2);
  assert.equal(await text(page, '.label.selected .id'), 'G9');
  assert.match(await text(page, '.sentence'), /waits in chan receive since 1.000 s and is never woken/);
  assert.equal(await text(page, '.line.at .number'), '18');
  assert.equal(await field(page, 'check'), 'fall');
  assert.equal(await field(page, 'g'), '9');
  assert.deepEqual(page.said, []);
});

test('asks for nothing but itself', async () => {
  for (const name of ['leak', 'hostile', 'traced']) {
    const page = await open(name);
    await press(page, 't', 't', 'x', 'd');
    assert.deepEqual(page.asked.filter((url) => !url.startsWith('data:')).length, 1, page.asked.join(' '));
    assert.deepEqual(page.said, []);
  }
});

test('a click on a check shows why, and its evidence', async () => {
  const page = await open('leak');
  await page.locator('.pill', { hasText: 'G14' }).click();
  await idle(page);
  assert.equal(await text(page, '.label.selected .id'), 'G14');
  await page.locator('.chip', { hasText: 'rise' }).click();
  await idle(page);
  assert.match(await text(page, '.why.pass'), /all workers sleep at once.*10 workers sleep at once/);
  await page.locator('.chip', { hasText: 'rise' }).click();
  await idle(page);
  assert.equal(await page.locator('.why').count(), 0);
  await page.locator('.chip', { hasText: 'order' }).click();
  await idle(page);
  assert.equal(await text(page, '.card.bad .differs'), 'c (differs)');
  assert.equal(await text(page, '.story'), 'main prints a main.cc:3 G6 prints c main.cc:5');
  await page.locator('.chip', { hasText: 'no-race' }).click();
  await idle(page);
  assert.match(await text(page, '.why.skip'), /--no-race leaves it out/);
});

test('keys move between goroutines, events and failures', async () => {
  const page = await open('leak');
  await press(page, 'ArrowDown');
  assert.equal(await text(page, '.label.selected .id'), 'G10');
  await press(page, 'ArrowUp', 'ArrowUp');
  assert.equal(await text(page, '.label.selected .id'), 'G8');
  await press(page, 'Home', 'ArrowRight');
  assert.match(await text(page, '.sentence'), /is ready to run/);
  await press(page, 'ArrowRight', 'ArrowRight');
  assert.match(await text(page, '.sentence'), /waits in sleep since 0 s, until 1.000 s, woken by the clock/);
  await press(page, 'ArrowLeft');
  assert.match(await text(page, '.sentence'), /runs at 0 s/);
  await press(page, 'End');
  assert.match(await text(page, '.sentence'), /has ended at 1.000 s/);
  await press(page, 'f');
  assert.equal(await text(page, '.label.selected .id'), 'G14');
  await press(page, 'f');
  assert.equal(await field(page, 'check'), 'order');
  await press(page, 'f');
  assert.equal(await field(page, 'check'), 'fall');
  assert.equal(await text(page, '.label.selected .id'), 'G9');
});

test('groups open and close; evidence stays', async () => {
  const page = await open('leak');
  assert.equal(await page.locator('.label').count(), 13);
  await press(page, 'Enter');
  assert.equal(await page.locator('.label[aria-expanded=false]').count(), 1);
  assert.equal(await page.locator('.label:not(.group)').count(), 4);  // main, monitor, two that never end
  await page.locator('.label.group').click();
  await idle(page);
  assert.equal(await page.locator('.label').count(), 13);
  await page.getByRole('button', { name: 'By creator' }).click();
  await idle(page);
  assert.equal(await page.locator('.label[aria-level="2"]').count(), 11);
});

test('zooms by keys and wheel, pans by dragging', async () => {
  const page = await open('leak');
  assert.equal(await field(page, 'z'), null);
  await press(page, '+', '+');
  const [from, to] = (await field(page, 'z')).split('..').map(Number);
  assert.ok(to - from < 60, `${from}..${to}`);
  const box = await page.locator('canvas.bars').boundingBox();
  await page.mouse.move(box.x + 300, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 200, box.y + 100, { steps: 4 });
  await page.mouse.up();
  await idle(page);
  const moved = (await field(page, 'z')).split('..').map(Number);
  assert.ok(Math.abs(moved[0] - from - (100 * (to - from)) / box.width) < 0.5, `${moved}`);
  await press(page, '0');
  assert.equal(await field(page, 'z'), null);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await idle(page);
  assert.notEqual(await field(page, 'z'), null);
});

test('a click on the bars moves cursor and selection; a drag on the plot scrubs', async () => {
  const page = await open('leak');
  const box = await page.locator('canvas.bars').boundingBox();
  const row = await page.locator('#g7').boundingBox();
  await page.mouse.click(box.x + 120, row.y + row.height / 2);
  await idle(page);
  assert.equal(await text(page, '.label.selected .id'), 'G7');
  const before = await field(page, 's');
  const plot = await page.locator('.plot').boundingBox();
  await page.mouse.move(plot.x + 200, plot.y + 40);
  await page.mouse.down();
  await page.mouse.move(plot.x + 500, plot.y + 40, { steps: 3 });
  await page.mouse.up();
  await idle(page);
  assert.ok(Number(await field(page, 's')) > Number(before) + 10);
});

test('draws states in their colours', async () => {
  const page = await open('leak', { hash: '#axis=time' });
  assert.equal(await pixelAt(page, 8, 0.3), '#f3f6fa');    // sleep: hollow
  assert.equal(await pixelAt(page, 1, 0.3), '#c9d4e2');    // waits for goroutines: filled
  assert.equal(await pixelAt(page, 8, 0.7), '#ffffff');    // has ended
  for (let x = 0; x < 6; x++) {  // hatched
    const colour = await pixelAt(page, 14, 0.82 + x / 784);
    assert.ok(['#c93a26', '#f8ddd7'].includes(colour), colour);
  }
  await press(page, 'd');
  assert.equal(await pixelAt(page, 8, 0.3), '#171c22');
});

test('counts at the cursor are those of the rows', async () => {
  const page = await open('leak', { hash: '#axis=time&t=0.5s' });
  assert.equal((await page.locator('.legend dd').allInnerTexts()).join(' '), '0 0 0 12 12');
  await press(page, 'End');
  assert.equal((await page.locator('.legend dd').allInnerTexts()).join(' '), '0 0 0 2 2');
  assert.match(await text(page, '.panel-head'), /2 goroutines alive/);
});

test('filters', async () => {
  const page = await open('leak');
  await press(page, '/');
  await page.keyboard.type('never ends');
  await idle(page);
  assert.equal(await page.locator('.label:not(.group)').count(), 2);
  await page.locator('#filter').fill('monitor');
  await idle(page);
  assert.deepEqual(await page.locator('.label .id').allInnerTexts(), ['G5']);
  await page.locator('#filter').fill('g12');
  await idle(page);
  assert.deepEqual(await page.locator('.label .id').allInnerTexts(), ['G12']);
  await page.locator('#filter').fill('nothing is called so');
  await idle(page);
  assert.match(await text(page, '.empty'), /No goroutine matches/);
  await press(page, 'Escape');
  assert.equal(await page.locator('.label').count(), 13);
});

test('links name what is shown, and bad ones are ignored', async () => {
  const page = await open('leak', { hash: '#g=7&t=0.5s&axis=time&z=0.2s..0.9s&check=task1.rise' });
  assert.equal(await text(page, '.label.selected .id'), 'G7');
  assert.match(await text(page, '.panel-head'), /At 0.500 s/);
  assert.equal(await page.locator('[aria-pressed=true]', { hasText: 'Time' }).first().innerText(), 'Time');
  assert.equal(await field(page, 'z'), '0.2s..0.9s');
  assert.equal(await page.locator('.why.pass').count(), 1);
  await page.evaluate(() => { location.hash = '#g=9&t=1s'; });
  await idle(page);
  assert.equal(await text(page, '.label.selected .id'), 'G9');
  for (const bad of ['#g=zz&t=-1s&z=..&axis=up&check=<b>', '#%E0%A4%A&&&=', '#g=1e99&t=1e99s&s=-4&z=5..1']) {
    const other = await open('leak', { hash: bad });
    assert.equal(await text(other, '.label.selected .id'), 'G9');
    assert.deepEqual(other.said, []);
  }
});

test('steps and time', async () => {
  const page = await open('leak', { hash: '#t=1s' });
  assert.notEqual(await field(page, 's'), null);
  await press(page, 'x');
  assert.equal(await field(page, 'axis'), 'time');
  assert.match(await text(page, '.panel-head'), /At 1.000 s/);
  await press(page, 'x');
  assert.equal(await field(page, 'axis'), null);
});

test('the table says it all in words', async () => {
  const page = await open('leak');
  await press(page, 't');
  assert.equal(await page.locator('tbody tr').count(), 12);
  assert.equal(await page.locator('thead th').nth(5).innerText(), 'Runs');
  const row = page.locator('tbody tr', { hasText: 'G9' });
  assert.match((await row.innerText()).replace(/\s+/g, ' '), /G9 Worker G1 main.cc:27 0 s chan receive, never woken 2/);
  await page.locator('thead button', { hasText: 'Function' }).click();
  await idle(page);
  assert.match(await text(page, 'tbody tr'), /^G5 Monitor|^G1 main/);
  await row.locator('button').click();
  await idle(page);
  assert.equal(await text(page, '.label.selected .id'), 'G9');
  const many = await open('many');
  await press(many, 't');
  assert.equal(await many.locator('tbody tr').count(), 200);
  await many.getByRole('button', { name: 'Next' }).click();
  await idle(many);
  assert.match(await text(many, '.table-head'), /page 2 of 50/);
});

test('help, and Escape', async () => {
  const page = await open('leak');
  await press(page, '?');
  assert.match(await text(page, 'dialog'), /the next failed check/);
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => !document.querySelector('dialog'));
  await press(page, 'Escape');
  assert.equal(await page.locator('.why').count(), 0);
});

test('many in a group are a band, until it is opened', async () => {
  const page = await open('many');
  assert.equal(await page.locator('.label').count(), 2);
  await page.locator('.label.group').click();
  await idle(page);
  const shown = await page.locator('.label').count();
  assert.ok(shown > 10 && shown < 60, `${shown}`);
  await page.evaluate(() => { document.querySelector('.stage').scrollTop = 100000; });
  await idle(page);
  const last = await page.locator('.label .id').last().innerText();
  assert.ok(Number(last.slice(1)) > 4000, last);
  assert.deepEqual(page.said, []);
});

test('processors, regions, phases, notes', async () => {
  const page = await open('traced');
  assert.match(await text(page, '.notice'), /cut off/);
  await page.getByRole('button', { name: 'By processor' }).click();
  await idle(page);
  assert.deepEqual(await page.locator('.label .id').allInnerTexts(), ['P0', 'P1', 'P2', 'P3']);
  await page.getByRole('button', { name: 'By function' }).click();
  await idle(page);
  assert.match(await text(page, '.label.group'), /Worker ×28/);
  await page.evaluate(() => { location.hash = '#g=3&t=0.53s'; });
  await idle(page);
  assert.match(await text(page, '.more dl'), /region parse/);
});

test('what was merged is said', async () => {
  const page = await open('merged');
  assert.match(await text(page, '.notice'), /Slices shorter than .* are merged.*golab trace t.out --from 1s/);
  assert.equal(await page.getByRole('button', { name: 'Steps' }).isDisabled(), true);
  assert.deepEqual(page.said, []);
});

test('hostile texts stay texts', async () => {
  const page = await open('hostile');
  await press(page, 't', 't', 'f', 'f', 'x', 'd', 'End', 'ArrowLeft');
  for (const chip of await page.locator('.chip').all()) {
    await chip.click();
    await idle(page);
  }
  assert.equal(await page.evaluate(() => window.hurt), undefined);
  assert.equal(await page.evaluate(() => document.querySelectorAll('img, svg:not(.curve), iframe, a').length), 0);
  assert.equal(await page.evaluate(() => document.scripts.length), 3);
  assert.match(await page.evaluate(() => document.body.innerText), /\[U\+202E\]/);
  assert.equal(await page.evaluate(() => /[\u202a-\u202e\u2066-\u2069]/.test(document.querySelector('#app').innerText)), false);
  assert.deepEqual(page.said, []);
});

test('the policy stops a script that is not its own', async () => {
  const page = await open('leak');
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.hurt = 1';
    document.body.append(script);
  });
  assert.equal(await page.evaluate(() => window.hurt), undefined);
});

test('a damaged page says so', async () => {
  const page = await open('broken');
  assert.match(await text(page, '.broken'), /This page could not read its recording: /);
});

test('a page without a recording has its checks', async () => {
  const page = await open('none');
  assert.match(await text(page, '.empty'), /There is no recording/);
  assert.equal(await page.locator('.chip').count(), 4);
  await press(page, 'f', 't', 'x', 'ArrowDown', 'End');
  assert.deepEqual(page.said, []);
});

test('the plain page has no script, and the same words', async () => {
  const { readFileSync } = await import('node:fs');
  const html = readFileSync(join(folder, 'plain.html'), 'utf8');
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /2 goroutines are still there/);
});

test('prints light, and all of its rows', async () => {
  const page = await open('leak', { colorScheme: 'dark' });
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
  const rows = await page.locator('.stage-place').boundingBox();
  assert.ok(rows.height > 13 * 22, `${rows.height}`);
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
  await idle(page);
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
  const pdf = await page.pdf();
  assert.ok(pdf.length > 10_000);
});

test('fits small windows, and forced colours', async () => {
  for (const width of [900, 420]) {
    const page = await open('leak', { width, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} > ${width}`);
  }
  const forced = await open('leak', { forcedColors: 'active' });
  assert.deepEqual(forced.said, []);
});

test('axe finds nothing', async () => {
  const { readFileSync } = await import('node:fs');
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
  for (const [name, keys, scheme] of [['leak', [], 'light'], ['leak', [], 'dark'], ['leak', ['t'], 'light'], ['many', ['d'], 'light'],
    ['traced', [], 'light'], ['leak', ['?'], 'light'], ['pass', [], 'dark'], ['broken', [], 'light']]) {
    const page = await open(name, { colorScheme: scheme, bypassCSP: true });
    await press(page, ...keys);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n   ')}`);
    assert.deepEqual(found, [], `${name} ${keys} ${scheme}`);
  }
});

test('types are right', async () => {
  const app = process.argv[3];
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', app], { stdio: 'pipe', encoding: 'utf8' });
});

let failed = 0;
let ran = 0;
const only = process.env.GOLAB_PAGE_TEST ?? '';
for (const [name, run] of tests) {
  if (!name.includes(only)) continue;
  ran++;
  try {
    await run();
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAIL  ${name}\n${error.stack ?? error}\n${error.stdout ?? ''}`);
  }
}
console.log(`${ran} tests, ${failed} failed`);
await finish(failed > 0);
