// What tests of pages in a browser stand on: sample pages, Chromium, waiting for a picture.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';

const SKIPPED = 77;  // ctest's word for it: SKIP_RETURN_CODE
const [samples, app] = process.argv.slice(2).map((path) => resolve(path));

function skip(why) {
  console.log(`skipped: ${why}`);
  process.exit(SKIPPED);
}

function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch { /* not there */ }
    }
  }
  return skip('no chromium here (apt-get install chromium)');
}

const missing = readFileSync(join(app, 'bundle', 'missing.txt'), 'utf8');
if (missing) skip(missing);
if (!existsSync(join(app, 'node_modules', 'playwright-core'))) skip('npm did not fetch playwright-core');
export const require = createRequire(join(app, 'package.json'));
const { chromium } = require('playwright-core');

export const folder = mkdtempSync(join(tmpdir(), 'golab-pages-'));
execFileSync(samples, [folder]);
export const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});

export function finish(failed) {
  return browser.close().then(() => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(failed ? 1 : 0);
  });
}

// A page, opened as a student opens it. What it says on its console and asks of a network is kept.
export async function open(name, { hash = '', width = 1440, height = 900, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: 1, ...options });
  const page = await context.newPage();
  page.said = [];
  page.asked = [];
  page.on('console', (message) => page.said.push(message.text()));
  page.on('pageerror', (error) => page.said.push(error.stack ?? error.message));
  page.on('request', (request) => page.asked.push(request.url()));
  await page.goto(`file://${folder}/${name}.html${hash}`);
  await idle(page);
  return page;
}

// The page sets data-idle when it has drawn, and takes it away when it is going to.
export async function idle(page) {
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-idle'));
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-idle'));
}

export async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await idle(page);
  }
}
