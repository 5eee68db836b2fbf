import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, gotoReady, test } from '../support/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const PAGES = [
  '/secrets',
  '/secrets?q=nothing&env=prod',
  '/secrets/new',
  '/secrets/new/postgres',
  '/secrets/new/kaggle',
  '/secrets/new/custom',
  '/trash',
  '/environments',
  '/settings/workspace',
  '/settings/account',
];

async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' | ')}`);
}

async function makeSecret(page: Page, url: string): Promise<string> {
  await gotoReady(page, `${url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('one');
  await page.locator('.editor-row').first().getByLabel('Key', { exact: true }).fill('A');
  await page.locator('.editor-row').first().locator('textarea').fill('1');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await page.waitForURL(/made=1/);
  return new URL(page.url()).pathname;
}

for (const scheme of ['light', 'dark'] as const) {
  test(`no page hinders anyone, ${scheme} @mobile`, async ({ signedIn: server, page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: scheme });
    const detail = await makeSecret(page, server.url);
    for (const path of [...PAGES, detail, `${detail}/edit`]) {
      await gotoReady(page, server.url + path);
      expect(await complaints(page), path).toEqual([]);
      await expect(page.locator('h1'), path).toHaveCount(1);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
    }
    await page.context().clearCookies();
    for (const path of ['/sign-in', '/nowhere']) {
      await page.goto(server.url + path);
      expect(await complaints(page), path).toEqual([]);
    }
  });
}

test('the keyboard alone makes a secret', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new`);
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('hugging');
  await expect(page.getByText('1 template')).toBeVisible();
  const tile = page.getByRole('link', { name: /Hugging Face/ });
  while (!(await tile.evaluate((link) => link === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Value of HF_TOKEN')).toBeVisible();
  await page.getByLabel('Value of HF_TOKEN').focus();
  await page.keyboard.type('hf_typed');
  const create = page.getByRole('button', { name: 'Create secret' });
  while (!(await create.evaluate((button) => button === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Created.')).toBeVisible();
});

test('forms work while the scripts are still on their way', async ({ signedIn: server, page }) => {
  await page.route(/\.wasm$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await route.continue().catch(() => undefined);
  });
  await page.goto(`${server.url}/secrets/new/huggingface`);
  await page.getByLabel('Value of HF_TOKEN').fill('hf_early');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('heading', { name: /huggingface/ })).toBeVisible();
});
