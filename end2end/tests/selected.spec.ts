import { expect, gotoReady, test } from '../support/test';

test('several secrets are ticked, tagged and deleted at once @both', async ({ signedIn: server, page }) => {
  for (const name of ['alpha', 'beta', 'gamma']) {
    await gotoReady(page, `${server.url}/secrets/new/custom?env=dev`);
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
    await page.getByLabel('Value of TOKEN').fill('kestrel');
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Created.')).toBeVisible();
  }
  await gotoReady(page, `${server.url}/secrets`);
  await page.getByLabel('Select alpha').check();
  await page.getByRole('button', { name: 'Select all' }).click();
  await page.getByRole('dialog', { name: 'Select all 3 secrets that are listed?' }).getByRole('button', { name: 'Select secrets' }).click();
  await expect(page.getByLabel('Select beta')).toBeChecked();
  await page.getByLabel('Select gamma').uncheck();
  await page.getByRole('button', { name: 'Continue with selected' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '2 secrets selected' })).toBeVisible();
  await page.getByLabel('Add').fill('money');
  await page.getByRole('button', { name: 'Change tags' }).click();
  await expect(page.getByText('The tags are changed.')).toBeVisible();
  await page.getByRole('button', { name: 'Move 2 secrets to the trash' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Trash' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'alpha' })).toBeVisible();
  await gotoReady(page, `${server.url}/secrets`);
  await expect(page.getByRole('link', { name: 'gamma' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'alpha' })).toHaveCount(0);
});

test('whoever deletes what programs read sees who does, and types it first', async ({ acme, page }) => {
  await page.goto(`${acme.url}/secrets/selected?id=${acme.made.secret}`);
  await expect(page.getByText(/^dev\/billing-postgres: .* read it in the last 30 days\.$/)).toBeVisible();
  const typed = page.getByLabel('Type billing-postgres to delete it');
  await page.getByRole('button', { name: 'Move 1 secret to the trash' }).click();
  await expect(typed, 'the browser asks for it').toBeFocused();
  await typed.fill('billing');
  await typed.press('Enter');
  await expect(page.getByText('This is not right.')).toBeVisible();
  await expect(typed).toHaveValue('billing');
});
