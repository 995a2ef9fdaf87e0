// How long the page takes to its first picture, and from one picture to the next. The bars are what a
// student notices; on a machine that is busy with other things they would fail now and then, so that only
// ten times as much fails a test run: GOLAB_PAGE_BARS=1 judges by the bars themselves.

import { finish, open } from './browser.mjs';

const FIRST = 1000;  // ms to the first picture of 10,000 goroutines
const FRAME = 50;    // ms for a picture, of any page
const slack = process.env.GOLAB_PAGE_BARS === '1' ? 1 : 10;

// The time of the page's own work for each picture while `step` is done again and again.
async function frames(page, step) {
  await page.evaluate(() => {
    window.frames_ = [];
    const real = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (work) => real((now) => {
      const begin = performance.now();
      work(now);
      window.frames_.push(performance.now() - begin);
    });
  });
  for (let i = 0; i < 30; i++) {
    await step(i);
    await page.waitForFunction(() => document.documentElement.hasAttribute('data-idle'));
  }
  const times = (await page.evaluate(() => window.frames_)).filter((ms) => ms > 0.2).sort((a, b) => a - b);
  return { median: times[times.length >> 1] ?? 0, worst: times[Math.floor(times.length * 0.95)] ?? 0 };
}

let failed = false;
for (const name of ['leak', 'many', 'million', 'merged']) {
  const page = await open(name);
  const first = await page.evaluate(() => performance.getEntriesByName('first-picture')[0]?.startTime ?? NaN);
  const box = await page.locator('canvas.bars').boundingBox();
  await page.mouse.move(box.x + 300, box.y + 30);
  await page.keyboard.down('Control');
  const zoom = await frames(page, (i) => page.mouse.wheel(0, i < 20 ? -120 : 120));
  await page.keyboard.up('Control');
  await page.keyboard.down('Shift');
  const pan = await frames(page, (i) => page.mouse.wheel(0, i < 15 ? 80 : -80));
  await page.keyboard.up('Shift');
  const line = `${name.padEnd(8)} first picture ${first.toFixed(0)} ms; a frame, median / 95 %: zoom ${zoom.median.toFixed(1)} / ${zoom.worst.toFixed(1)} ms, `
    + `pan ${pan.median.toFixed(1)} / ${pan.worst.toFixed(1)} ms`;
  const slow = zoom.worst > FRAME * slack || pan.worst > FRAME * slack || (name === 'many' && !(first < FIRST * slack));
  console.log(`${slow ? 'FAIL' : 'ok  '}  ${line}`);
  failed ||= slow;
}
await finish(failed);
