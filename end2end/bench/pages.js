// Measures the pages of a server that has its secrets already, as somebody who is signed in meets them. Prints one line of JSON: its column
// with, for each figure, its value in each round, in milliseconds unless it says otherwise. `cargo xtask bench --only pages` starts it.
import { chromium as playwright } from '@playwright/test';
import { chromium } from '../support/chromium.js';
import { signedIn, url } from './signed-in.js';

const rounds = Number(process.env.ROUNDS);

const WIDE = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
const SLOW_CPU = 4;
/** What Chromium's own tools call Fast 4G and Slow 4G; the slow one with a slow processor is what Lighthouse takes for a phone. */
const FAST_4G = { latency: 165, downloadThroughput: (8.1e6) / 8, uploadThroughput: (1.35e6) / 8 };
const SLOW_4G = { latency: 562.5, downloadThroughput: (1.44e6) / 8, uploadThroughput: (0.675e6) / 8 };

const browser = await playwright.launch(chromium);
const session = await signedIn(browser);
const figures = {};
for (let round = 0; round < rounds; round++) {
  for (const [figure, value] of Object.entries(await once())) (figures[figure] ??= []).push(value);
}
await browser.close();
console.log(JSON.stringify([['is', figures]]));

/** Every figure, measured once. */
async function once() {
  const desktop = await firstView(WIDE);
  const phone = await firstView(PHONE, { cpu: SLOW_CPU, network: FAST_4G });
  const slow = await firstView(PHONE, { cpu: SLOW_CPU, network: SLOW_4G });
  return {
    hydrated: desktop.hydrated - desktop.html,
    'hydrated on a phone': phone.hydrated,
    fcp: slow.fcp,
    lcp: slow.lcp,
    tbt: slow.blocked,
    cls: Math.max(desktop.shift, phone.shift, slow.shift),
    ...(await inUse()),
    scroll: await longFrames(),
  };
}

/** Loads the list into a browser that has seen none of it, and tells when what was there. */
async function firstView(screen, slowed = {}) {
  const { context, page, devtools } = await opened(screen);
  if (slowed.cpu) await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowed.cpu });
  if (slowed.network) await devtools.send('Network.emulateNetworkConditions', { offline: false, ...slowed.network });
  await page.goto(`${url}/secrets`);
  await hydrated(page);
  await page.waitForLoadState('networkidle');
  const seen = await page.evaluate(() => globalThis.keyloftSeen());
  await context.close();
  return seen;
}

/** What happens on a page that is there: typing, sorting, opening, revealing, walking about. */
async function inUse() {
  const { context, page, devtools } = await opened(WIDE);
  await page.goto(`${url}/secrets`);
  await hydrated(page);
  const ttfb = percentile(await page.evaluate(timesToFirstByte, 40), 95);
  const keystroke = percentile(await keystrokes(page), 95);
  await timed(page, 'click', 'tbody', () => page.getByRole('link', { name: 'Updated' }).click());
  const palette = [];
  for (let time = 0; time < 5; time++) {
    palette.push(await timed(page, 'keydown', '#palette[open]', () => page.keyboard.press('Control+k')));
    await page.keyboard.press('Escape');
    await page.locator('#palette[open]').waitFor({ state: 'detached' });
  }
  await timed(page, 'click', 'h1', () => page.locator('.row-link').first().click());
  const reveals = [];
  for (const key of await page.locator('main tbody th').allInnerTexts()) {
    const show = page.getByRole('button', { name: `Show ${key}` });
    reveals.push(await timed(page, 'click', `tr:has([aria-label="Hide ${key}"]) output`, () => show.click()));
  }
  const inp = await page.evaluate(() => globalThis.keyloftSlowest());
  const heap = await heapGrowth(page, devtools);
  await context.close();
  return { ttfb, keystroke, palette: percentile(palette, 50), reveal: percentile(reveals, 50), inp, heap };
}

/** Types digits into the search of the list, a few of them after each other: each finds fewer secrets. */
async function keystrokes(page) {
  const field = page.getByRole('searchbox');
  const times = [];
  for (const word of ['207', '811', '463', '355', '942']) {
    for (const letter of word) {
      times.push(await timed(page, 'keydown', 'main [role=status]', () => field.press(letter)));
    }
    await timed(page, 'input', 'main [role=status]', () => field.fill(''));
  }
  return times;
}

/** By how many hundredths the memory of the page grew over 50 steps between list and secret. */
async function heapGrowth(page, devtools) {
  const walk = async (steps) => {
    for (let step = 0; step < steps; step += 2) {
      await timed(page, 'click', 'h1', () => page.locator('nav a[href="/secrets"]').click());
      await timed(page, 'click', 'h1', () => page.locator('.row-link').first().click());
    }
  };
  const used = async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize = 0 } = await devtools.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize;
  };
  await walk(10);
  const before = await used();
  await walk(50);
  return ((await used()) / before - 1) * 100;
}

/** How many hundredths of the frames take longer than 32 ms while a slow processor shows the list from its top to its end. */
async function longFrames() {
  const { context, page, devtools } = await opened(WIDE);
  await page.goto(`${url}/secrets`);
  await hydrated(page);
  await page.waitForLoadState('networkidle');
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU });
  const frames = await page.evaluate(framesOfScrolling, 120);
  await context.close();
  return (frames.filter((length) => length > 32).length / frames.length) * 100;
}

async function opened(screen) {
  const context = await browser.newContext({ ...screen, locale: 'en-GB', timezoneId: 'UTC', storageState: session });
  await context.addInitScript(watch);
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  return { context, page, devtools };
}

function hydrated(page) {
  return page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

/** From the event that `act` causes to the frame in which the first element of `selector` is there, or another, or says something else. */
async function timed(page, event, selector, act) {
  await page.evaluate(([event, selector]) => globalThis.keyloftArm(event, selector), [event, selector]);
  await act();
  return page.evaluate(() => globalThis.keyloftTimed);
}

function percentile(times, of) {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.ceil((sorted.length * of) / 100) - 1];
}

/** Runs in the page: asks for the list itself, over and over. */
async function timesToFirstByte(times) {
  performance.setResourceTimingBufferSize(1_000);
  for (let time = 0; time < times; time++) {
    await (await fetch(`/secrets?again=${time}`, { headers: { accept: 'text/html' } })).text();
  }
  const asked = performance.getEntriesByType('resource').filter(({ name }) => name.includes('?again='));
  return asked.map(({ requestStart, responseStart }) => responseStart - requestStart);
}

/** Runs in the page: pulls the list to its end as by the handle of the scroll bar, and tells how long each frame takes. No wheel gets that far:
 *  10,000 rows in 120 steps pass by at four screens a frame, each with other rows than the one before. */
async function framesOfScrolling(steps) {
  const frame = () => new Promise(requestAnimationFrame);
  const step = (document.documentElement.scrollHeight - innerHeight) / steps;
  const lengths = [];
  let before = await frame();
  for (let taken = 0; taken < steps; taken++) {
    scrollBy(0, step);
    const now = await frame();
    lengths.push(now - before);
    before = now;
  }
  return lengths;
}

/** Runs in each page before anything of it does. */
function watch() {
  const seen = { shift: 0, hydrated: 0, fcp: 0, lcp: 0, slowest: 16 };
  const longTasks = [];
  const observe = (type, note, options = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...options });
  observe('layout-shift', (entry) => (seen.shift += entry.value));
  observe('paint', (entry) => entry.name === 'first-contentful-paint' && (seen.fcp = entry.startTime));
  observe('largest-contentful-paint', (entry) => (seen.lcp = entry.startTime));
  observe('longtask', (entry) => longTasks.push(entry));
  // Browsers tell of none that is shorter than 16 ms.
  observe('event', (entry) => entry.interactionId && (seen.slowest = Math.max(seen.slowest, entry.duration)), {
    durationThreshold: 16,
  });
  new MutationObserver(() => {
    if (document.documentElement?.hasAttribute('data-hydrated')) seen.hydrated ||= performance.now();
  }).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-hydrated'] });

  const painted = () =>
    new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(undefined);
      }),
    );
  globalThis.keyloftSeen = async () => {
    await painted();
    const late = longTasks.filter(({ startTime }) => startTime >= seen.fcp);
    const blocked = late.reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0);
    return { ...seen, blocked, html: performance.getEntriesByType('navigation')[0].responseEnd };
  };
  globalThis.keyloftSlowest = async () => {
    await painted();
    await painted();
    return seen.slowest;
  };
  globalThis.keyloftArm = (event, selector) => {
    const now = () => {
      const node = document.querySelector(selector);
      return node && { node, text: node.textContent };
    };
    const before = now();
    const isOther = () => {
      const found = now();
      return found && !(found.node === before?.node && found.text === before.text);
    };
    const { promise, resolve, reject } = Promise.withResolvers();
    globalThis.keyloftTimed = promise;
    setTimeout(() => reject(new Error(`${selector} does not change after ${event}`)), 10_000);
    addEventListener(
      event,
      ({ timeStamp }) => {
        const observer = new MutationObserver(async () => {
          if (!isOther()) return;
          observer.disconnect();
          resolve((await painted()) - timeStamp);
        });
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      },
      { capture: true, once: true },
    );
  };
}
