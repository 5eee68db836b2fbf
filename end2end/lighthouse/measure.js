// Lets Lighthouse judge pages of a server that has its secrets already, as somebody who is signed in meets them. Prints one line of JSON:
// each page with, for each figure, its value in each round: scores of 100, times in milliseconds. `cargo xtask bench --only lighthouse` starts it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { chromium as playwright } from '@playwright/test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { signedIn, url } from '../bench/signed-in.js';
import { chromium } from '../support/chromium.js';

const rounds = Number(process.env.ROUNDS);

/** Lighthouse's own two; without a configuration it takes the phone. */
const PRESETS = { phone: undefined, desktop: desktopConfig };
const SCORES = ['performance', 'accessibility', 'best-practices'];
const AUDITS = {
  fcp: 'first-contentful-paint',
  lcp: 'largest-contentful-paint',
  tbt: 'total-blocking-time',
  cls: 'cumulative-layout-shift',
};

// Playwright leaves pages alone that it did not open, so that nothing but Lighthouse watches them.
const port = await freePort();
const browser = await playwright.launch({ ...chromium, args: [...chromium.args, `--remote-debugging-port=${port}`] });
const session = await signedIn(browser);
const cookies = session.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
const pages = await paths();
const figures = Object.keys(pages).map((page) => [page, {}]);
for (let round = 0; round < rounds; round++) {
  for (const [page, ofPage] of figures) {
    for (const preset of Object.keys(PRESETS)) {
      const judged = Object.entries(await judge(pages[page], PRESETS[preset]));
      for (const [figure, value] of judged) (ofPage[`${preset} ${figure}`] ??= []).push(value);
    }
  }
}
await browser.close();
console.log(JSON.stringify(figures));

/** One that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** What is judged, and where it is. */
async function paths() {
  const context = await browser.newContext({ storageState: session });
  const page = await context.newPage();
  await page.goto(`${url}/secrets`);
  const secret = await page.locator('.row-link').first().getAttribute('href');
  await context.close();
  const { pathname } = new URL(secret, url);
  return { list: '/secrets', secret: pathname, editor: `${pathname}/edit`, audit: '/audit', tokens: '/tokens' };
}

/** Lighthouse's figures of one page, which the browser has seen none of: its cache is emptied before. */
async function judge(path, preset) {
  const options = { port, logLevel: 'error', onlyCategories: SCORES, extraHeaders: { Cookie: cookies } };
  const { lhr } = await lighthouse(`${url}${path}`, options, preset);
  if (lhr.runtimeError) throw new Error(`${path}: ${lhr.runtimeError.message}`);
  const shown = new URL(lhr.finalDisplayedUrl).pathname;
  if (shown !== path) throw new Error(`${path} led to ${shown}`);
  const scores = SCORES.map((score) => [score, Math.round(lhr.categories[score].score * 100)]);
  const audits = Object.entries(AUDITS).map(([figure, audit]) => [figure, lhr.audits[audit].numericValue]);
  return Object.fromEntries([...scores, ...audits]);
}
