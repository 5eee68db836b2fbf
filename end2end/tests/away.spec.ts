import { type Page } from '@playwright/test';
import type { Server } from '../support/server';
import { expect, gotoReady, hydrated, test } from '../support/test';

/** Ends the server as a power cut does, in the middle of `act`; then it is back. */
async function away(server: Server, act: () => Promise<void>): Promise<void> {
  await server.stop('SIGKILL');
  await act();
  await server.restart();
}

/** A page without scripts has nobody to say it: the browser does, and loading again sends the same form again. */
async function sentInVain(page: Page, server: Server, send: () => Promise<void>): Promise<void> {
  await away(server, async () => {
    await send();
    await expect(page).toHaveURL(/^chrome-error:/);
  });
  await page.reload();
}

test('an editor says that the server is gone, keeps what is typed, and saves once it is back', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}/edit`);
  await page.getByLabel('Value of PGHOST').fill('db-3.internal');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await away(acme.server, async () => {
    await page.getByRole('button', { name: 'Save version 3' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'The server was not reached.' }).first()).toBeVisible();
    await expect(page.getByLabel('Value of PGHOST')).toHaveValue('db-3.internal');
  });
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('button', { name: 'Save version 3' }).click();
  await expect(page.getByText('Saved version 3.')).toBeVisible();
});

test('values, lists and the palette say that the server is gone, and go on once it is back', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
  await away(acme.server, async () => {
    await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
    await expect(page.getByRole('cell').getByText('The server was not reached.')).toBeVisible();
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog').getByText('The server was not reached.')).toBeVisible();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Secrets', exact: true }).first().click();
    await expect(page.getByRole('main').getByText('The server was not reached.')).toBeVisible();
  });
  await page.goBack();
  await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
  await expect(page.getByText('correct-horse')).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('stri');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'stripe' })).toBeVisible();
});

test('an import that met no server goes on where it was', async ({ acme, page }) => {
  await page.goto(`${acme.url}/secrets/import`);
  await page.getByLabel('Text').fill('HOST=one\nPORT=2\n');
  await sentInVain(page, acme.server, () => page.getByRole('button', { name: 'Preview' }).click());
  await expect(page.getByText('2 variables read.')).toBeVisible();
  await page.getByLabel('Name of the secret').fill('imported');
  await page.getByLabel('Add PORT').uncheck();
  await sentInVain(page, acme.server, () => page.getByRole('button', { name: /^Add/ }).click());
  await expect(page.getByRole('heading', { name: 'imported' })).toBeVisible();
  await expect(page.getByRole('rowheader', { name: 'PORT' })).toHaveCount(0);
});

test('a promotion that met no server is not done, and can be sent again', async ({ acme, page }) => {
  await page.goto(`${acme.url}/compare?left=dev&right=staging`);
  await page.getByRole('checkbox', { name: /openai/ }).check();
  await page.getByRole('button', { name: /^Promote \d/ }).click();
  await page.getByLabel('Note').fill('the release');
  await sentInVain(page, acme.server, () => page.getByLabel('Note').press('Enter'));
  await expect(page.getByText('Promoted 1 key of 1 secret to staging.')).toBeVisible();
});

test('environments, and several secrets at once, are changed once the server is back', async ({ acme, page }) => {
  await page.goto(`${acme.url}/environments`);
  await page.getByLabel('Names').fill('preview');
  await sentInVain(page, acme.server, () => page.getByRole('button', { name: /^Add/ }).click());
  await expect(page.getByRole('rowheader', { name: 'preview' })).toBeVisible();

  await gotoReady(page, `${acme.url}/secrets?env=dev`);
  await page.getByLabel('Select wandb').check();
  await page.getByLabel('Select openai').check();
  await page.getByRole('button', { name: 'Continue with selected' }).click();
  await page.getByLabel('Add').fill('money');
  await sentInVain(page, acme.server, () => page.getByRole('button', { name: 'Change tags' }).click());
  await expect(page.getByText('The tags are changed.')).toBeVisible();
});

test('Back and Forward lead through list, secret, editor, import and comparison without losing what was typed', async ({
  acme,
  page,
}) => {
  await gotoReady(page, `${acme.url}/secrets`);
  await page.getByRole('searchbox').fill('billing');
  await expect(page).toHaveURL(/q=billing/);
  await page.getByRole('link', { name: 'billing-postgres' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'billing-postgres' })).toBeVisible();
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Value of PGHOST').fill('db-9.internal');
  // At once, before it was kept as a draft.
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: 'billing-postgres' })).toBeVisible();
  await page.goForward();
  await expect(page.getByText('What you typed before is back.')).toBeVisible();
  await page.getByRole('button', { name: 'Review and save' }).click();
  await expect(page.getByRole('dialog').getByText('PGHOST')).toBeVisible();
  // Back leaves an open dialog behind, and Forward does not open it again.
  await page.goBack();
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole('searchbox')).toHaveValue('billing');
  await expect(page.getByRole('main').getByRole('status').first()).toHaveText('4 secrets');

  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await page.getByLabel('Text').fill('A=1\n');
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByLabel('With', { exact: true }).selectOption('prod');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page).toHaveURL(/right=prod/);
  await page.goBack();
  await page.goBack();
  await expect(page.getByLabel('Text')).toHaveValue('A=1\n');
  await page.goBack();
  await hydrated(page);
  await expect(page.getByRole('searchbox')).toHaveValue('billing');
  await page.goForward();
  await expect(page.getByLabel('Text')).toHaveValue('A=1\n');
});
