import { type Page } from '@playwright/test';
import { PASSWORD, expect, gotoReady, test } from '../support/test';

type Json = Record<string, unknown>;

/** Asks the API as a program does. */
async function ask(url: string, token?: string, body?: Json): Promise<{ status: number; json: Json }> {
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    body: body && JSON.stringify(body),
  });
  return { status: response.status, json: (await response.json()) as Json };
}

/** The token that the page shows. */
async function shown(page: Page): Promise<string> {
  const text = await page.locator('figure', { hasText: 'Token' }).first().locator('code').innerText();
  expect(text).toMatch(/^kl_st_[0-9A-Za-z]{11}_[0-9A-Za-z]{49}$/);
  return text;
}

/** Ends the token whose page is open, which asks first. */
async function revoke(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Revoke token' }).click();
  await page.getByRole('button', { name: 'Revoke token' }).click();
}

async function makeSecret(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/secrets/new/custom?env=dev`);
  await page.getByLabel('Name', { exact: true }).fill('x');
  await page.locator('.editor-row').first().getByLabel('Key', { exact: true }).fill('A');
  await page.locator('.editor-row').first().locator('textarea').fill('value of A');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByText('Created.')).toBeVisible();
}

test('a program reads with a token that was made here, until it is revoked @both', async ({
  signedIn: server,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  const api = `${server.url}/api/v1`;
  await gotoReady(page, `${server.url}/secrets`);
  await makeSecret(page, server.url);
  await gotoReady(page, `${server.url}/tokens`);
  await expect(page.getByRole('heading', { name: 'No tokens yet' })).toBeVisible();
  await page.getByRole('link', { name: 'New token' }).first().click();

  // What is wrong is said beside its field, and nothing that was typed is lost.
  await page.getByLabel('Name', { exact: true }).fill('ci-deploy');
  await page.getByLabel('read', { exact: true }).uncheck();
  await page.getByLabel('list', { exact: true }).uncheck();
  await page.getByLabel('dev', { exact: true }).check();
  await page.getByLabel('Secrets').fill('x, not a*name');
  await page.getByLabel('Addresses').fill('everywhere');
  await page.getByRole('button', { name: 'Make token' }).click();
  const wrong = page.getByRole('alert');
  await expect(wrong).toContainText('Choose what the token may do.');
  await expect(page.locator('#field-secrets-error')).toContainText('prod-*');
  await expect(page.locator('#field-addresses-error')).toContainText('10.0.0.0/8');
  await wrong.getByRole('link', { name: 'Choose what the token may do.' }).click();
  await expect(page.getByLabel('read', { exact: true })).toBeFocused();
  await page.getByLabel('read', { exact: true }).check();
  await page.getByLabel('Secrets').fill('x, ci-*');
  await page.getByLabel('Addresses').fill('127.0.0.0/8, ::1');
  await page.getByLabel('Ends').selectOption('In 7 days');
  await page.getByRole('button', { name: 'Make token' }).click();
  await expect(page.getByText('This is the only time the token is shown.')).toBeVisible();
  const token = await shown(page);
  await expect(page.getByText(`export KEYLOFT_URL=${server.url} KEYLOFT_TOKEN=${token}`)).toBeVisible();
  await expect(page.getByText('keyloft run -e dev -s x -- command')).toBeVisible();
  await page.getByRole('button', { name: 'Copy Token', exact: true }).click();
  await expect(page.getByText('Copied Token')).toBeVisible();
  expect(page.url()).not.toContain(token);

  const whoami = await ask(`${api}/whoami`, token);
  expect(whoami.json).toMatchObject({ token_name: 'ci-deploy', scopes: ['read'], environments: ['dev'], secrets: ['ci-*', 'x'] });
  const values = await ask(`${api}/secrets/dev/x/values`, token);
  expect(values.json.values).toEqual({ A: 'value of A' });

  // Once means once.
  await page.getByRole('link', { name: 'Done' }).click();
  await expect(page.getByRole('row', { name: /ci-deploy/ })).toContainText('Ends in 7 days');
  await expect(page.getByText('1 token ends within 7 days')).toBeVisible();
  await page.reload();
  expect(await page.content()).not.toContain(token);

  // Another text: the one of before works on for as long as was chosen.
  await page.getByRole('row').getByRole('link', { name: 'ci-deploy' }).click();
  await page.getByRole('button', { name: 'Rotate token' }).click();
  const rotated = await shown(page);
  expect(rotated).not.toBe(token);
  expect((await ask(`${api}/whoami`, token)).status).toBe(200);
  expect((await ask(`${api}/whoami`, rotated)).status).toBe(200);
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('row').getByRole('link', { name: 'ci-deploy' }).click();
  await expect(page.getByText('Its text of before works until')).toBeVisible();

  await page.getByRole('link', { name: 'Revoke token' }).click();
  await expect(page.getByRole('heading', { name: 'Revoke ci-deploy?' })).toBeVisible();
  await page.getByRole('link', { name: 'Cancel' }).click();
  expect((await ask(`${api}/whoami`, rotated)).status).toBe(200);
  await revoke(page);
  await expect(page.getByText('Revoked. The next request with it is refused.')).toBeVisible();
  for (const text of [token, rotated]) expect((await ask(`${api}/whoami`, text)).status).toBe(401);
  await expect(page.getByRole('row', { name: /ci-deploy/ })).toContainText('Revoked');
  await page.getByRole('row').getByRole('link', { name: 'ci-deploy' }).click();
  await expect(page.getByText('This token is revoked')).toBeVisible();

  // What was lost can be had again, by a new one.
  await page.getByRole('link', { name: 'Make one like it' }).click();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('ci-deploy');
  await expect(page.getByLabel('Secrets')).toHaveValue('ci-* x');
  await expect(page.getByLabel('dev', { exact: true })).toBeChecked();
  await expect(page.getByLabel('list', { exact: true })).not.toBeChecked();
});

/** Gives the password where the page asks for it. */
async function givePassword(page: Page): Promise<void> {
  const main = page.getByRole('main');
  await main.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await main.getByRole('button', { name: 'Confirm', exact: true }).click();
}

test('a token is made only with the password, which is asked for once it is needed @both', async ({
  signedIn: server,
  page,
}) => {
  const asks = await server.endSudo();
  await gotoReady(page, `${server.url}/tokens/new`);
  await page.getByLabel('Name', { exact: true }).fill('nightly');
  await page.getByLabel('dev', { exact: true }).check();
  await page.getByRole('button', { name: 'Make token' }).click();
  if (asks) {
    expect(await page.content()).not.toContain('kl_st_');
    await givePassword(page);
  }
  await shown(page);
  await expect(page.getByText('keyloft run -e dev')).toBeVisible();
});

test('a command line signs in once a person approves it, and confirms their password @both', async ({
  signedIn: server,
  page,
}) => {
  const api = `${server.url}/api/v1`;
  const start = async () => (await ask(`${api}/login`, undefined, { machine: 'build-box' })).json;
  const poll = async (text: unknown) => (await ask(`${api}/login/poll`, undefined, { poll: text })).json;

  const asked = await start();
  expect(await poll(asked.poll)).toEqual({ state: 'pending' });
  const asks = await server.endSudo();
  await gotoReady(page, String(asked.url));
  await expect(page.getByRole('heading', { name: 'Sign in on build-box?' })).toBeVisible();
  await expect(page.getByText(String(asked.code), { exact: true })).toBeVisible();
  await expect(page.getByText('Approve only if you started this yourself')).toBeVisible();
  await page.getByRole('button', { name: 'Approve' }).click();
  if (asks) await givePassword(page);
  await expect(page.getByText('You can return to your terminal.')).toBeVisible();
  const { token } = await poll(asked.poll);
  expect(await poll(asked.poll)).toEqual({ state: 'expired' });
  expect((await ask(`${api}/whoami`, String(token))).json).toMatchObject({ kind: 'cli', token_name: 'build-box' });

  // The same command line asks for the password.
  const confirming = (await ask(`${api}/sudo`, String(token), {})).json;
  await gotoReady(page, String(confirming.url));
  await expect(page.getByRole('heading', { name: 'Confirm your password for build-box?' })).toBeVisible();
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('You can return to your terminal.')).toBeVisible();
  expect((await ask(`${api}/whoami`, String(token))).json.sudo_until).toBeTruthy();

  // Another one is refused; its code is typed.
  const other = await start();
  await server.endSudo();
  await gotoReady(page, `${server.url}/device`);
  await page.getByLabel('Code').fill('AAAA-AAAA');
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByText('No command line waits under this code')).toBeVisible();
  await page.getByLabel('Code').fill(String(other.code).toLowerCase().replace('-', ' '));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Deny' }).click();
  await expect(page.getByText('Nothing was signed in.')).toBeVisible();
  expect(await poll(other.poll)).toEqual({ state: 'denied' });

  // It stands with the programs, and ends there.
  await gotoReady(page, `${server.url}/tokens`);
  await page.getByRole('row').getByRole('link', { name: 'build-box' }).click();
  await revoke(page);
  // Signing out a command line of one's own needs no password.
  await expect(page.getByText('Revoked. The next request with it is refused.')).toBeVisible();
  expect((await ask(`${api}/whoami`, String(token))).status).toBe(401);
});

test('tokens and command lines need no scripts @nojs', async ({ signedIn: server, page }) => {
  const api = `${server.url}/api/v1`;
  // A form that fails is drawn again with what was typed.
  await page.goto(`${server.url}/tokens`);
  await page.getByRole('link', { name: 'New token' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('nightly & co');
  await page.getByLabel('dev', { exact: true }).check();
  await page.getByLabel('write', { exact: true }).check();
  await page.getByLabel('Addresses').fill('nowhere');
  await page.getByRole('button', { name: 'Make token' }).click();
  await expect(page.locator('#field-addresses-error')).toContainText('10.0.0.0/8');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('nightly & co');
  await expect(page.getByLabel('dev', { exact: true })).toBeChecked();
  await expect(page.getByLabel('write', { exact: true })).toBeChecked();
  await page.getByLabel('Addresses').fill('');
  await page.getByRole('button', { name: 'Make token' }).click();

  // The answer to the form is the page that shows it.
  const token = await shown(page);
  await expect(page.getByText(`export KEYLOFT_URL=${server.url} KEYLOFT_TOKEN=${token}`)).toBeVisible();
  expect(page.url()).toBe(`${server.url}/tokens/new`);
  expect((await ask(`${api}/whoami`, token)).json).toMatchObject({ token_name: 'nightly & co', environments: ['dev'] });
  await page.getByRole('link', { name: 'Done' }).click();
  expect(await page.content()).not.toContain(token);

  await page.getByRole('row').getByRole('link', { name: 'nightly & co' }).click();
  await page.getByLabel('The text of now').selectOption('Ends at once');
  await page.getByRole('button', { name: 'Rotate token' }).click();
  const rotated = await shown(page);
  expect((await ask(`${api}/whoami`, token)).status).toBe(401);
  expect((await ask(`${api}/whoami`, rotated)).status).toBe(200);
  await page.getByRole('link', { name: 'Done' }).click();
  await page.getByRole('row').getByRole('link', { name: 'nightly & co' }).click();
  await revoke(page);
  await expect(page.getByText('Revoked. The next request with it is refused.')).toBeVisible();
  expect((await ask(`${api}/whoami`, rotated)).status).toBe(401);

  const asked = (await ask(`${api}/login`, undefined, { machine: 'build-box' })).json;
  await page.goto(`${server.url}/device`);
  await page.getByLabel('Code').fill(String(asked.code));
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Approve' }).click();
  await expect(page.getByText('You can return to your terminal.')).toBeVisible();
  const answer = (await ask(`${api}/login/poll`, undefined, { poll: asked.poll })).json;
  expect(answer.state).toBe('approved');
});
