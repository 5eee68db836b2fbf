import { type Page } from '@playwright/test';
import { PASSWORD, expect, gotoReady, run, test } from '../support/test';
import { existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Fills the custom form's row `n`, from 0. */
async function fillRow(page: Page, n: number, key: string, value: string): Promise<void> {
  const row = page.locator('.editor-row').nth(n);
  await row.getByLabel('Key', { exact: true }).fill(key);
  await row.locator('textarea').fill(value);
}

async function create(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Create secret' }).click();
}

test('keys that are no names are named, with the nearest one that is', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('one');
  await fillRow(page, 0, '2FAST', 'a');
  await expect(page.getByText('Keys use letters, digits and _, and do not start with a digit.')).toBeVisible();
  await page.getByRole('button', { name: 'Use _2FAST' }).click();
  await fillRow(page, 1, 'MY-KEY', 'b');
  await page.getByRole('button', { name: 'Use MY_KEY' }).click();
  await fillRow(page, 2, '_2FAST', 'c');
  await create(page);
  await expect(page.getByRole('alert')).toContainText('Row 1 has the same key');
  // Nothing else is lost.
  await expect(page.locator('.editor-row').nth(1).locator('textarea')).toHaveValue('b');
  await page.getByRole('button', { name: 'Remove _2FAST' }).last().click();
  await create(page);
  await expect(page.getByText('Created.')).toBeVisible();
});

test('names that are taken or illegal say what is right', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('one');
  await fillRow(page, 0, 'A', '1');
  await create(page);
  await expect(page.getByText('Created.')).toBeVisible();
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('my secret');
  await expect(page.getByText('Use my-secret?')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('one');
  await fillRow(page, 0, 'A', 'typed');
  await create(page);
  await expect(page.getByText('Another secret of this environment has this name.').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open the secret that has this name' })).toBeVisible();
  await expect(page.locator('.editor-row').first().locator('textarea')).toHaveValue('typed');
});

test('empty, huge, NUL and too many values are refused by number', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('one');
  await create(page);
  await expect(page.getByRole('alert')).toContainText('A secret has at least one key.');
  await fillRow(page, 0, 'BIG', 'x'.repeat(65_537));
  await create(page);
  await expect(page.getByRole('alert')).toContainText('Too long by 1 bytes: 65537, and at most 65536 fit.');
  await fillRow(page, 0, 'BIG', 'x'.repeat(65_536));
  await create(page);
  await expect(page.getByText('Created.')).toBeVisible();

  // What no keyboard types comes as a request.
  const workspace = await page.locator('input[name=workspace]').first().inputValue();
  const environments = await (await page.request.get(`${server.url}/environments`)).text();
  const environment = /\?edit=(env_\w+)/.exec(environments)?.[1] ?? '';
  const send = (rows: [string, string][]) =>
    page.evaluate(
      async ({ workspace, environment, rows }) => {
        const form = new URLSearchParams({
          workspace,
          'draft[environments][]': environment,
          'draft[name]': 'two',
        });
        rows.forEach(([key, value], n) => {
          form.set(`draft[rows][${n}][key]`, key);
          form.set(`draft[rows][${n}][value]`, value);
        });
        const answer = await fetch('/fn/secrets/create', { method: 'POST', body: form });
        return { status: answer.status, text: await answer.text() };
      },
      { workspace, environment, rows },
    );
  const nul = await send([['A', 'a\0b']]);
  expect(nul.status).toBe(422);
  expect(nul.text).toContain('NulByte');
  const many = await send(Array.from({ length: 600 }, (_, n) => [`K${n}`, 'v']));
  expect(many.status).toBe(422);
  expect(many.text).toContain('"TooMany":{"limit":512,"actual":600}');
});

test('connection URLs that are none say what is wrong and show nothing of them', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/postgres`);
  const paste = async (url: string) => {
    await page.getByLabel('Connection URL').fill(url);
    await page.getByRole('button', { name: 'Fill keys' }).click();
  };
  await paste('mysql://app:hunter2@db/orders');
  await expect(page.locator('#connection-url-said')).toContainText('postgres');
  await paste('not a url');
  await expect(page.locator('#connection-url-said .field-error')).toBeVisible();
  await paste('postgres://app:hunter2@db:99999/orders');
  await expect(page.locator('#connection-url-said .field-error')).toBeVisible();
  expect(await page.locator('#connection-url-said').innerText()).not.toContain('hunter2');
  await paste('postgres://app:hunter2@db/orders');
  await expect(page.getByLabel('Value of PGHOST')).toHaveValue('db');
  await expect(page.getByLabel('Connection URL')).toHaveValue('');
});

test.describe('a full disk', () => {
  test.use({ serverArgs: ['--sqlite-max-pages', '152'] });

  test('is told, changes nothing, and keeps what was typed', async ({ signedIn: server, page }) => {
    for (let n = 0; n < 20; n++) {
      await gotoReady(page, `${server.url}/secrets/new/custom`);
      await page.getByLabel('Name', { exact: true }).fill(`big${n}`);
      await fillRow(page, 0, 'BIG', 'x'.repeat(65_000));
      await create(page);
      const full = page.getByText("The server's disk is full", { exact: false }).or(page.getByText("server's disk is full"));
      const made = page.getByText('Created.');
      await expect(full.or(made).first()).toBeVisible();
      if (await full.first().isVisible()) {
        await expect(page.locator('.editor-row').first().locator('textarea')).toHaveValue(/^x{65000}$/);
        return;
      }
    }
    throw new Error('the disk never filled up');
  });
});

test('a database that is gone is told in words, and comes back', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('one');
  await fillRow(page, 0, 'A', 'typed');
  const file = join(server.folder, 'keyloft.db');
  renameSync(file, `${file}.away`);
  await create(page);
  await expect(page.getByText('The database does not answer, and nothing was changed.', { exact: false })).toBeVisible();
  const ready = await fetch(`${server.url}/readyz`);
  expect(ready.status).toBe(503);
  renameSync(`${file}.away`, file);
  await create(page);
  await expect(page.getByText('Created.')).toBeVisible();
});

test('a second server on the same file, and setting up twice, are refused in a sentence', async ({ ready: server }) => {
  const second = await run(['serve', '--data', server.folder, '--listen', '127.0.0.1:0']);
  expect(second.code).toBe(75);
  expect(second.output).toContain('another keyloft-server is running');
  const again = await run([
    'setup',
    '--data',
    server.folder,
    '--email',
    'x@example.org',
    '--password-file',
    join(server.folder, 'password'),
    '--workspace',
    'X',
  ]);
  expect(again.code).not.toBe(0);
  expect(again.output).toContain('set up already');
});

test('files are for their owner only, and both signals end the server cleanly', async ({ ready: server }) => {
  for (const name of ['keyloft.db', 'root.key']) {
    expect(statSync(join(server.folder, name)).mode & 0o777, name).toBe(0o600);
  }
  expect(statSync(server.folder).mode & 0o777).toBe(0o700);
  expect(await server.stop('SIGINT')).toBe(0);
  expect(existsSync(join(server.folder, 'keyloft.db-wal')), 'the log is folded into the file').toBe(false);
  await server.restart();
  expect(await server.stop('SIGTERM')).toBe(0);
});

test('an old session goes back to sign-in and then to its page', async ({ signedIn: server, page, context }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await context.clearCookies();
  // A page that scripts fetch says so itself; one that the server draws is the sign-in page instead.
  await page.getByRole('link', { name: 'New secret' }).first().click();
  await expect(page.getByText('Your session ended').first()).toBeVisible();
  await page.getByRole('link', { name: 'Trash' }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=%2Ftrash/);
  await page.getByLabel('E-mail').fill('mara@example.org');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/trash$/);
  await expect(page.getByRole('heading', { level: 1, name: 'Trash' })).toBeVisible();
});
