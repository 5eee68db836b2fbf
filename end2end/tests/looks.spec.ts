import { writeFileSync } from 'node:fs';
import { type Page } from '@playwright/test';
import type { Acme } from '../support/acme';
import { DRAWN_BY, drawsHere } from '../support/shots';
import { expect, gotoReady, test } from '../support/test';

test.use({ serverArgs: ['--components'] });

/** The page of components, and ten pages as people have them. */
const PAGES: [string, (page: Page, acme: Acme) => Promise<void>][] = [
  ['components', (page, { url }) => gotoReady(page, `${url}/dev/ui`)],
  ['list', (page, { url }) => gotoReady(page, `${url}/secrets`)],
  ['nothing', (page, { url }) => gotoReady(page, `${url}/secrets?q=nothing&env=prod`)],
  ['gallery', (page, { url }) => gotoReady(page, `${url}/secrets/new?q=data`)],
  ['template', (page, { url }) => gotoReady(page, `${url}/secrets/new/postgres`)],
  ['secret', (page, { url, made }) => gotoReady(page, `${url}/secrets/${made.secret}`)],
  [
    'review',
    async (page, { url, made }) => {
      await gotoReady(page, `${url}/secrets/${made.secret}/edit`);
      await page.getByLabel('Value of PGHOST').fill('db-3.internal');
      await page.getByLabel('Value of PGPASSWORD').fill('another');
      await expect(page.getByText('2 unsaved changes. Kept as a draft.')).toBeVisible();
      await page.getByRole('button', { name: 'Review and save' }).click();
      await expect(page.getByRole('dialog').getByText('PGHOST db-2.internal')).toBeVisible();
    },
  ],
  [
    'import',
    async (page, { url }) => {
      await page.goto(`${url}/secrets/import`);
      await page.getByLabel('Text').fill('HOST=one\nPORT=5432\nHOST=two\n2FA=three\nno sense\n');
      await page.getByRole('button', { name: 'Preview' }).click();
      await expect(page.getByText('3 variables read.')).toBeVisible();
    },
  ],
  ['compare', (page, { url }) => gotoReady(page, `${url}/compare?left=dev&right=prod&only=all`)],
  ['environments', (page, { url }) => gotoReady(page, `${url}/environments`)],
  ['members', (page, { url }) => gotoReady(page, `${url}/members`)],
];

test('pages look as they did @shot', async ({ acme, page }) => {
  test.setTimeout(120_000);
  for (const [name, open] of PAGES) {
    await open(page, acme);
    await settle(page);
    await expect.soft(page, name).toHaveScreenshot(`${name}.png`, { fullPage: name === 'components' });
  }
  if (test.info().config.updateSnapshots === 'all') writeFileSync(DRAWN_BY, `${drawsHere()}\n`);
});

/** What is another each time (times, ids, ports) becomes the same; fonts are there, and nothing has the focus. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    for (const time of document.querySelectorAll('time')) time.textContent = '23 Nov 2026, 12:41 UTC';
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode as Text;
      text.data = text.data.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:3000').replace(/\b(sec|usr|env|ws)_\w{10,}/g, '$1_0');
    }
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
  });
}
