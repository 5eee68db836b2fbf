import { type Page } from '@playwright/test';
import { note } from '../support/note';
import { EMAIL, PASSWORD, expect, gotoReady, makeSecrets, test } from '../support/test';

/** What a page may cost whoever opens it. The build weighs wasm, scripts and styles itself: `xtask/src/build/budget.rs`. */
const BUDGETS = {
  'HTML of the list, 50 rows': { unit: 'KB', goal: 14, max: 22 },
  'fonts on the first view': { unit: 'KB', goal: 30, max: 55 },
  'list, all of it, cold': { unit: 'KB', goal: 300, max: 400 },
  'list, requests, cold': { unit: '', goal: 6, max: 9 },
  'list, DOM nodes': { unit: '', goal: 1200, max: 1500 },
  'list, layout shift (CLS)': { unit: '', goal: 0, max: 0.02 },
  'from the list to a secret, warm': { unit: 'KB', goal: 5, max: 15 },
  'sign-in, all of it': { unit: 'KB', goal: 15, max: 20 },
  'setup, all of it': { unit: 'KB', goal: 15, max: 20 },
} as const;
type Measure = keyof typeof BUDGETS;

type Answer = { url: string; kind: string; bytes: number };

/** Every answer that the page got over the network, with its size on the wire, head and body. */
class Traffic {
  answers: Answer[] = [];
  private constructor() {}

  static async of(page: Page): Promise<Traffic> {
    const session = await page.context().newCDPSession(page);
    const traffic = new Traffic();
    const begun = new Map<string, { url: string; kind: string }>();
    session.on('Network.responseReceived', ({ requestId, response, type }) =>
      begun.set(requestId, { url: response.url, kind: type }),
    );
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const answer = begun.get(requestId);
      if (answer && !answer.url.startsWith('data:')) traffic.answers.push({ ...answer, bytes: encodedDataLength });
    });
    await session.send('Network.enable');
    return traffic;
  }

  kilobytes(of: (answer: Answer) => boolean = () => true): number {
    return this.answers.filter(of).reduce((sum, { bytes }) => sum + bytes, 0) / 1024;
  }
}

test('pages keep to their budgets', async ({ server: fresh, browser, page }) => {
  const measured = new Map<Measure, number>();

  const setup = await Traffic.of(page);
  await page.goto(`${fresh.url}/setup`, { waitUntil: 'networkidle' });
  measured.set('setup, all of it', setup.kilobytes());

  await page.getByLabel('Setup code').fill(await fresh.setupCode());
  await page.getByLabel('Your name').fill('Mara Kovac');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Workspace').fill('Acme');
  await page.getByRole('button', { name: 'Set up' }).click();
  await page.waitForURL(/\/help/);
  await page.goto(`${fresh.url}/secrets`);
  await makeSecrets(page, 55, (number) => ({ 'draft[name]': `service-${number}`, 'draft[tags]': 'data, team-platform' }));

  const signedOut = await browser.newPage();
  const signing = await Traffic.of(signedOut);
  await signedOut.goto(`${fresh.url}/sign-in`, { waitUntil: 'networkidle' });
  measured.set('sign-in, all of it', signing.kilobytes());
  await signedOut.close();

  // Somebody who is signed in, in a browser that has seen none of it.
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addCookies(await page.context().cookies());
  const cold = await context.newPage();
  const traffic = await Traffic.of(cold);
  await gotoReady(cold, `${fresh.url}/secrets`);
  await cold.waitForLoadState('networkidle');
  expect(await cold.locator('tbody tr').count(), 'rows of the page').toBeGreaterThan(20);
  measured.set('HTML of the list, 50 rows', traffic.kilobytes(({ kind }) => kind === 'Document'));
  measured.set('fonts on the first view', traffic.kilobytes(({ kind }) => kind === 'Font'));
  measured.set('list, all of it, cold', traffic.kilobytes());
  measured.set('list, requests, cold', traffic.answers.length);
  measured.set('list, DOM nodes', await cold.evaluate(() => document.querySelectorAll('*').length));
  const shift = await cold.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 200);
      }),
  );
  measured.set('list, layout shift (CLS)', shift);

  // Warm is a browser that has what draws a secret: it comes once somebody moves.
  await cold.mouse.move(200, 200);
  await expect.poll(() => traffic.answers.some(({ url }) => url.includes('later'))).toBe(true);
  traffic.answers = [];
  await cold.getByRole('link', { name: 'service-0' }).click();
  await expect(cold.getByRole('heading', { level: 1, name: 'service-0' })).toBeVisible();
  await cold.waitForLoadState('networkidle');
  measured.set('from the list to a secret, warm', traffic.kilobytes());
  await context.close();

  const over: string[] = [];
  const lines = (Object.keys(BUDGETS) as Measure[]).map((name) => {
    const { unit, goal, max } = BUDGETS[name];
    const is = measured.get(name) ?? Number.NaN;
    const verdict = is <= goal ? '' : is <= max ? '  over the goal' : '  TOO MUCH';
    const text = Number.isInteger(is) ? String(is) : is.toFixed(is < 1 ? 3 : 1);
    const line = `${name.padEnd(32)} ${text.padStart(7)} ${unit.padEnd(2)}  (goal ${goal}, max ${max})${verdict}`;
    if (!(is <= max)) over.push(line);
    return line;
  });
  lines.forEach(note);
  expect(over, 'over their budgets').toEqual([]);
});
