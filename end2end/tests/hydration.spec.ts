import { expect, gotoReady, test } from '../support/test';

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
    '/device',
    '/trash',
    '/settings/account',
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
  await expect(page.locator('script')).toHaveCount(0);
  await page.getByLabel('Name').fill('Kestrel Labs');
  await page.getByRole('button', { name: 'Rename workspace' }).click();
  await expect(page.getByText("Saved the workspace's name.")).toBeVisible();
});
