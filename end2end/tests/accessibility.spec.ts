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
  '/device',
  '/device?code=AAAA-AAAA',
  '/trash',
  '/settings/account',
];

/** Pages that the server alone draws. */
const DRAWN = [
  '/audit',
  '/audit/1',
  '/audit/retention',
  '/audit/stale',
  '/compare?left=dev&right=prod',
  '/environments',
  '/members',
  '/members/roles',
  '/rotation',
  '/rotation/automatic',
  '/settings/notifications',
  '/settings/security',
  '/settings/webhooks',
  '/settings/workspace',
  '/templates',
  '/templates/new',
  '/tokens',
  '/tokens/new',
  '/workspaces',
  '/help',
  '/secrets/import',
  '/secrets/selected',
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

/** The path of a token that was just made, which this page shows. */
async function makeToken(page: Page, url: string): Promise<string> {
  await gotoReady(page, `${url}/tokens/new?name=ci-deploy&days=7`);
  await page.getByRole('button', { name: 'Make token' }).click();
  await expect(page.getByText('This is the only time the token is shown.')).toBeVisible();
  expect(await complaints(page), 'a token that was made').toEqual([]);
  const text = await page.locator('figure code').first().innerText();
  return `/tokens/${text.split('_')[2]}`;
}

/** The path that a command line sends its person to. */
async function startLogin(url: string): Promise<string> {
  const started = await fetch(`${url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ machine: 'build-box' }),
  });
  const { code } = (await started.json()) as { code: string };
  return `/device?code=${code}`;
}

for (const scheme of ['light', 'dark'] as const) {
  test(`no page hinders anyone, ${scheme} @mobile`, async ({ signedIn: server, page }) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ colorScheme: scheme });
    const detail = await makeSecret(page, server.url);
    const token = await makeToken(page, server.url);
    const device = await startLogin(server.url);
    const scripted = [...PAGES, detail, `${detail}/edit`, device];
    const drawn = [...DRAWN, token, `${token}?ask=revoke`, ...['history', 'rotate', 'schedule', 'automatic'].map((part) => `${detail}/${part}`)];
    for (const path of [...scripted, ...drawn]) {
      await (scripted.includes(path) ? gotoReady(page, server.url + path) : page.goto(server.url + path));
      expect(await complaints(page), path).toEqual([]);
      await expect(page.locator('h1'), path).toHaveCount(1);
      const sideways = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(sideways, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
    }
    await page.context().clearCookies();
    for (const path of ['/sign-in', '/nowhere', '/api/v1/docs']) {
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
