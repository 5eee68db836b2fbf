import { expect, gotoReady, signIn, test } from '../support/test';

const ENV = "HOST=kestrel-one\nPORT=5432\nHOST=kestrel-two\n2FA=kestrel-three\nno sense\n";

test('a pasted .env is looked at, and becomes a secret @both', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await page.getByLabel('Text').fill(ENV);
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByText('3 variables read: 3 new.')).toBeVisible();
  expect(await page.content()).not.toContain('kestrel');
  await page.getByLabel('Add PORT').uncheck();
  await page.getByLabel('Line 1', { exact: true }).check();
  await page.getByLabel('Name of the secret').fill('imported');
  await page.getByRole('button', { name: /^Add/ }).click();
  await expect(page.getByRole('heading', { name: 'imported' })).toBeVisible();
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await page.getByRole('button', { name: 'Show HOST' }).click();
  await expect(page.getByText('kestrel-one')).toBeVisible();

  // Into the same secret, from its editor; Back leads to where one came from.
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Import into imported' })).toBeVisible();
  await page.getByLabel('Text').fill('HOST=kestrel-four\nPORT=1\n');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByText('2 variables read: 1 new, 1 replaced.')).toBeVisible();
  await page.goBack();
  await page.goForward();
  await page.getByRole('button', { name: /^Add/ }).click();
  await expect(page.getByText('Saved version 2.')).toBeVisible();
});

test('by keyboard alone, from a file, without scripts @nojs', async ({ ready: server, page }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/secrets/import`);
  await page
    .getByLabel('Or a file')
    .setInputFiles({ name: 'app.yaml', mimeType: 'text/yaml', buffer: Buffer.from('PORT: 5432\nLIST: [1]\n') });
  await page.getByLabel('Format').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Line 2, LIST, holds no text')).toBeVisible();
  await page.getByLabel('Name of the secret').focus();
  await page.keyboard.type('from-yaml');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'from-yaml' })).toBeVisible();
});
