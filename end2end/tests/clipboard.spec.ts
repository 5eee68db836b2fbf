import { expect, gotoReady, test } from '../support/test';

test('a copied value is cleared from the clipboard in a minute, unless it may hold something else by then', async ({ signedIn: server, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await page.clock.install();
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('copied');
  await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
  await page.getByLabel('Value of TOKEN').fill('kestrel');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('heading', { name: 'copied' })).toBeVisible();

  const copy = async () => {
    await page.getByRole('button', { name: 'Copy TOKEN' }).click();
    await expect(page.getByText('Copied TOKEN', { exact: true }).last()).toBeVisible();
  };
  const cleared = page.getByText('Cleared TOKEN from the clipboard');
  await copy();
  await page.evaluate(() => window.dispatchEvent(new Event('blur')));
  await page.clock.fastForward(61_000);
  await expect(page.getByText('Copied TOKEN', { exact: true })).toHaveCount(0);
  await expect(cleared).toHaveCount(0);

  await copy();
  await page.clock.fastForward(61_000);
  await expect(cleared).toBeVisible();
});
