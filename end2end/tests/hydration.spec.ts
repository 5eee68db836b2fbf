import { expect, gotoReady, hydrated, makeSecrets, test } from '../support/test';

/** What the browser loads besides the module that every page starts with. */
const LATER = '**/split_later.wasm';

test('every page is taken over, again and again', async ({ signedIn: server, page }) => {
  test.setTimeout(180_000);
  await gotoReady(page, `${server.url}/secrets/new/postgres`);
  await page.getByLabel('Value of PGHOST').fill('db.internal');
  await page.getByLabel('Value of PGPASSWORD').fill('x');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await page.waitForURL(/made=1/);
  const detail = new URL(page.url()).pathname;
  const paths = [
    '/secrets',
    '/secrets?q=pg&sort=updated',
    '/secrets/new',
    '/secrets/new/postgres?option=url',
    detail,
    `${detail}/edit`,
  ];
  for (let round = 0; round < 3; round++) {
    for (const path of paths) {
      await gotoReady(page, server.url + path);
      await expect(page.locator('h1'), path).toHaveCount(1);
    }
  }
});

test('a page without scripts is reached from one with them', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await expect(page.locator('script:not([src="/keys.js"], [src="/session.js"])')).toHaveCount(0);
  await page.getByLabel('Name').fill('Kestrel Labs');
  await page.getByRole('button', { name: 'Rename workspace' }).click();
  await expect(page.getByText("Saved the workspace's name.")).toBeVisible();
});

test('the rest of the scripts comes when it is needed, and the page works on when it does not come', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await makeSecrets(page, 1, () => ({ 'draft[name]': 'prod-postgres' }));
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await gotoReady(page, `${server.url}/secrets`);
  await page.waitForLoadState('networkidle');
  expect(loaded.filter((url) => url.includes('later'))).toEqual([]);

  // Nothing is left half done by what does not come: it is said, and tried again.
  await page.route(LATER, (route) => route.fulfill({ status: 503 }));
  await page.keyboard.press('Control+k');
  await expect(page.getByText('The server was not reached.')).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('link', { name: 'prod-postgres' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'The server was not reached.' })).toBeVisible();
  await page.goBack();
  await page.unroute(LATER);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'A secret, a key or a page' })).toBeFocused();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: 'prod-postgres' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'prod-postgres' })).toBeVisible();

  // A page that cannot be taken over stays as the server drew it.
  const address = page.url();
  await page.route(LATER, (route) => route.fulfill({ status: 503 }));
  await page.goto(address);
  await page.waitForLoadState('networkidle');
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated');
  await page.getByRole('link', { name: 'Edit' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Edit prod-postgres' })).toBeVisible();
  await page.unroute(LATER);
  await page.reload();
  await hydrated(page);
});
