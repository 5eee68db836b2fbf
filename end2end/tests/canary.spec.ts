import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, gotoReady, signIn, test, openMore } from '../support/test';

const HIDDEN = 'CANARY-hidden-7f3a91';
const PLAIN = 'CANARY-plain-0c55d2';

test('a value is nowhere but where it was asked for @both', async ({ ready: server, page }) => {
  // Every answer of the server, with the address that it came from.
  const answers: { url: string; body: string }[] = [];
  page.on('response', (response) => {
    response
      .text()
      .then((body) => answers.push({ url: response.url(), body }))
      .catch(() => undefined);
  });
  const addresses: string[] = [];
  page.on('request', (request) => addresses.push(request.url()));

  await signIn(page, server);
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  const rows = page.locator('.editor-row');
  await rows.nth(0).getByLabel('Key', { exact: true }).fill('TOKEN');
  await rows.nth(0).locator('textarea').fill(HIDDEN);
  await rows.nth(1).getByLabel('Key', { exact: true }).fill('HOST');
  await rows.nth(1).locator('textarea').fill(PLAIN);
  await rows.nth(1).getByRole('combobox').selectOption('plain');
  await rows.nth(2).getByLabel('Key', { exact: true }).fill('WRITE_ONLY');
  await rows.nth(2).locator('textarea').fill(`${HIDDEN}-write-only`);
  await rows.nth(2).getByRole('combobox').selectOption('write-only');
  // Once in a form that fails, then in one that does not.
  await page.getByLabel('Name', { exact: true }).fill('not a name');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Name', { exact: true }).fill('canary');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByText('Created.')).toBeVisible();
  const detail = new URL(page.url()).pathname;

  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText(HIDDEN, { exact: true })).toBeVisible();
  await expect(page.getByText('Programs only')).toBeVisible();

  // The same value searched for, as a person might by mistake, must not be kept by the server either.
  for (const path of ['/secrets', detail, `${detail}/edit`, '/trash', '/environments', '/settings/workspace', '/settings/account']) {
    await gotoReady(page, server.url + path);
    const html = await (await page.request.get(server.url + path)).text();
    expect(html, `the page's source: ${path}`).not.toContain('CANARY');
    expect(await page.title()).not.toContain('CANARY');
  }
  await gotoReady(page, `${server.url}${detail}/edit`);
  await page.getByLabel('Tags').fill('changed');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('dialog').getByLabel('Note').fill('changed');
  await page.getByRole('button', { name: 'Save version 2' }).click();
  await expect(page.getByText('Saved version 2.')).toBeVisible();
  await openMore(page);
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
  const stored = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  expect(stored).not.toContain('CANARY');

  const carriers = answers.filter(({ body }) => body.includes('CANARY')).map(({ url }) => new URL(url).pathname);
  expect(new Set(carriers)).toEqual(new Set(['/fn/secrets/reveal', '/fn/secrets/plain-values']));
  expect(answers.filter(({ body }) => body.includes('write-only') && body.includes('CANARY'))).toEqual([]);
  expect(addresses.filter((url) => url.includes('CANARY'))).toEqual([]);

  expect(await server.stop()).toBe(0);
  expect(server.output).not.toContain('CANARY');
  for (const name of readdirSync(server.folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile()) continue;
    const bytes = readFileSync(join(name.parentPath, name.name));
    expect(bytes.includes('CANARY'), `${name.name} holds it in clear`).toBe(false);
  }
});
