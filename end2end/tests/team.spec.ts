import { type Page } from '@playwright/test';
import { PASSWORD, expect, gotoReady, hydrated, test } from '../support/test';

/** Makes a secret with one key, and gives its address. */
async function makeSecret(page: Page, url: string, environment: string): Promise<string> {
  await gotoReady(page, `${url}/secrets/new/custom?env=${environment}`);
  await page.getByLabel('Name', { exact: true }).fill('billing');
  await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
  await page.getByLabel('Value of TOKEN').fill('the first value');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByText('Created. Programs can read it now.')).toBeVisible();
  return new URL(page.url()).pathname;
}

test('a colleague is invited, a secret gets overdue, is rotated and restored @both', async ({
  signedIn: server,
  page,
  browser,
}) => {
  const secret = await makeSecret(page, server.url, 'prod');

  // Invite, and accept in another browser.
  await page.goto(`${server.url}/members`);
  await page.getByLabel('E-mail').fill('jun@example.org');
  await page.getByLabel('Role').selectOption('developer');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByText(/\/invitation\/kl_inv_/).first().innerText();
  const theirs = await browser.newContext();
  const other = await theirs.newPage();
  await other.goto(link.trim());
  await other.getByLabel('Your name').fill('Jun Park');
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await other.getByRole('button', { name: 'Join' }).click();
  await other.waitForURL(/\/secrets/);

  // A developer does not see a hidden value of prod; its admin does.
  await gotoReady(other, server.url + secret);
  await expect(other.getByRole('rowheader', { name: 'TOKEN' })).toBeVisible();
  await expect(other.getByRole('button', { name: 'Show TOKEN' })).toHaveCount(0);
  await gotoReady(page, server.url + secret);
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('the first value')).toBeVisible();

  // A day that has passed makes it overdue.
  await page.goto(`${server.url}${secret}/schedule`);
  await page.getByLabel('Or on a day').fill('2026-01-31');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved. Rotation shows what is due')).toBeVisible();
  await page.goto(`${server.url}/rotation`);
  await expect(page.getByRole('row', { name: /billing/ })).toContainText('Overdue');

  await gotoReady(page, `${server.url}/secrets`);
  await expect(page.getByRole('row', { name: /billing/ })).toContainText('Overdue');
  await expect(page.getByRole('link', { name: 'Rotation 1 to look at' })).toBeVisible();
  await page.getByLabel('Any rotation').selectOption('Due soon');
  await expect(page.getByText('Nothing matches these filters')).toBeVisible();
  await page.getByLabel('Any rotation').selectOption('Overdue');
  await expect(page).toHaveURL(/\/secrets\?rotation=overdue$/);
  await expect(page.getByText('1 secret', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Secrets', exact: true }).click();
  await expect(page.getByLabel('Any rotation')).toHaveValue('');

  // Rotate: whoever read it has the old values until they read again.
  await page.goto(`${server.url}${secret}/rotate`);
  await page.getByLabel('TOKEN', { exact: true }).first().fill('the second value');
  await page.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(page.getByText('Rotated. Readers have the old values')).toBeVisible();
  const readers = page.getByRole('region', { name: 'Readers' });
  await expect(readers).toContainText('Old values');
  await page.goto(`${server.url}/rotation`);
  await expect(page.getByRole('row', { name: /billing/ })).not.toContainText('Overdue');
  await gotoReady(page, server.url + secret);
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('the second value')).toBeVisible();
  await page.goto(`${server.url}${secret}/access`);
  await expect(readers).toContainText('Values of now');

  // What both versions held, key by key.
  await page.goto(`${server.url}${secret}/history`);
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page.getByText('the first value')).toBeHidden();
  await page.getByRole('button', { name: 'Show the values of TOKEN' }).click();
  await expect(page.getByRole('row', { name: /^TOKEN/ })).toContainText('the first value');
  await expect(page.getByRole('row', { name: /^TOKEN/ })).toContainText('the second value');
  await page.goto(`${server.url}${secret}/history`);

  // Back to what it was, as a third version.
  await page.getByRole('link', { name: 'Restore' }).first().click();
  await page.getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByText('Restored, as a new version.')).toBeVisible();
  await expect(page.getByRole('radio', { name: 'From version 2' })).toBeChecked();
  await page.getByRole('radio', { name: 'From version 1' }).check();
  await page.getByRole('button', { name: 'Compare', exact: true }).press('Enter');
  await expect(page).toHaveURL(/right=3&left=1/);
  await expect(page.getByRole('heading', { name: 'Version 1 and version 3' })).toBeVisible();
  await gotoReady(page, server.url + secret);
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('the first value')).toBeVisible();

  // All of it stands in the audit log, and leads back to who did it.
  await page.getByRole('link', { name: 'Access' }).click();
  await page.getByRole('link', { name: 'Who has seen it' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();
  await expect(page.getByRole('row', { name: /reveal/ }).first()).toBeVisible();

  // Removed, they are signed out at once.
  await page.goto(`${server.url}/members`);
  await page.getByRole('link', { name: 'Jun Park' }).click();
  await page.getByRole('button', { name: 'Remove from the workspace' }).click();
  await expect(page.getByText(/Removed/).first()).toBeVisible();
  await other.goto(`${server.url}/secrets`);
  await expect(other).toHaveURL(/sign-in/);
  await theirs.close();
});

test('a rotator is made, runs and is deleted', async ({ signedIn: server, page }) => {
  const secret = await makeSecret(page, server.url, 'dev');
  await page.getByRole('link', { name: 'Rotate' }).click();
  await page.getByRole('link', { name: 'Rotate automatically' }).click();
  await page.getByLabel('Around them').fill('no place for them');
  await page.getByRole('button', { name: 'Make the rotator' }).click();
  await expect(page.getByText('format (with {} once)').first()).toBeVisible();
  await page.getByLabel('Around them').fill('kestrel_{}');
  await page.getByRole('button', { name: 'Make the rotator' }).click();
  await expect(page.getByText('Made the rotator.')).toBeVisible();
  await page.getByRole('button', { name: 'Run now' }).click();
  await expect(page.getByText('It begins within a few seconds.')).toBeVisible();
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('region', { name: 'What it did' })).toContainText('stored', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await gotoReady(page, server.url + secret);
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.locator('output.value', { hasText: /^kestrel_[0-9A-Za-z]{32}$/ })).toBeVisible();

  await page.goto(`${server.url}/rotation/automatic`);
  await page.getByRole('link', { name: 'billing' }).click();
  await page.getByLabel('Name of the secret').fill('another');
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('This is not right.').first()).toBeVisible();
  await page.getByLabel('Name of the secret').fill('billing');
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Deleted the rotator.')).toBeVisible();
});

test('Back from a page without scripts shows the one before', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'dev');
  for (const name of ['History', 'Members']) {
    const before = page.url();
    await page.getByRole('link', { name, exact: true }).click();
    await expect(page.locator('script:not([src="/keys.js"], [src="/session.js"])')).toHaveCount(0);
    await page.goBack();
    await hydrated(page);
    expect(page.url()).toBe(before);
  }
});
