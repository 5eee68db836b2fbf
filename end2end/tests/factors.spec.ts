import { createHmac } from 'node:crypto';
import { type CDPSession, type Page } from '@playwright/test';
import { EMAIL, PASSWORD, expect, gotoReady, run, signIn, test } from '../support/test';
import type { Server } from '../support/server';

/** What an app shows that has this key (RFC 6238), so many steps of 30 seconds from now. Each works once. */
function code(key: string, steps = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...key.replaceAll(' ', '')].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac('sha1', bytes).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Sets an app up in a signed-in browser; its key and the recovery codes. */
async function setUpApp(page: Page, url: string): Promise<{ key: string; codes: string[] }> {
  await page.goto(`${url}/settings/security`);
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await expect(page.getByRole('img', { name: 'QR code of the key' })).toBeVisible();
  const key = await page.locator('#app-key').innerText();
  await page.getByLabel('The code that the app shows').fill(code(key, -1));
  await page.getByRole('button', { name: 'Confirm the app' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  const codes = await page.locator('#recovery-codes code').allInnerTexts();
  expect(codes).toHaveLength(10);
  return { key, codes };
}

async function password(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in?next=/members`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL(/reason=signed-out/);
}

/** A device with passkeys, whose owner agrees to everything. */
async function device(page: Page): Promise<{ cdp: CDPSession; id: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, id: authenticatorId };
}

/** Passkeys are bound to a name. */
function named(server: Server): string {
  return server.url.replace('127.0.0.1', 'localhost');
}

// One browser signs in more often here than people do.
test.use({ serverArgs: ['--sign-in-rate', '600'] });

test('an app, a second step, and recovery codes @both', async ({ signedIn: server, page }) => {
  const { key, codes } = await setUpApp(page, server.url);
  await page.getByRole('link', { name: 'I kept them' }).click();
  await expect(page.getByText('10 of 10 were not used.')).toBeVisible();
  await signOut(page);

  await password(page, server.url);
  await page.waitForURL(/sign-in\/second/);
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Not right, used before')).toBeVisible();
  await page.getByLabel('Code').fill(code(key));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname === '/members');

  // The dialog of pages with scripts, and the card of those without.
  if (await server.endSudo()) {
    await gotoReady(page, `${server.url}/secrets/new/custom?env=prod`);
    await page.getByLabel('Name', { exact: true }).fill('guarded');
    await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
    await page.getByLabel('Value of TOKEN').fill('guarded value');
    await page.getByRole('button', { name: 'Create secret' }).click();
    await page.getByRole('button', { name: 'Show TOKEN' }).click();
    const dialog = page.getByRole('dialog', { name: 'Confirm with your password' });
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await dialog.getByLabel('Code').fill(code(key, 1));
    await dialog.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByText('guarded value')).toBeVisible();
    await server.endSudo();
    await page.goto(`${server.url}/settings/security`);
    await page.getByRole('button', { name: 'Make new codes' }).click();
    const main = page.getByRole('main');
    await main.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await main.getByLabel('Code').fill(codes[0]);
    await main.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
    codes.splice(0, 10, ...(await page.locator('#recovery-codes code').allInnerTexts()));
  } else {
    await page.goto(`${server.url}/sudo?next=/rotation`);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByLabel('Code').fill(code(key, 1));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.waitForURL((url) => url.pathname === '/rotation');
  }

  // Without the device.
  await page.goto(`${server.url}/settings/security`);
  await signOut(page);
  await password(page, server.url);
  await page.getByLabel('Code').fill(codes[1].toLowerCase());
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => url.pathname === '/members');
  await page.goto(`${server.url}/settings/security`);
  await expect(page.getByText('9 of 10 were not used.')).toBeVisible();
  await signOut(page);
  await password(page, server.url);
  await page.getByLabel('Code').fill(codes[1]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByText('Not right, used before')).toBeVisible();

  // And without anything: the operator helps, and the password is enough again.
  const args = ['user', 'remove-factors', '--data', server.folder, '--email', EMAIL];
  const removed = await run([...args, ...(server.databaseUrl ? ['--database', server.databaseUrl] : [])]);
  expect(removed.output).toContain('has no second factor any more (1 removed)');
  await signIn(page, server);
});

test('a passkey signs in without a password, and confirms @both', async ({ ready: server, page }) => {
  const url = named(server);
  const { cdp, id } = await device(page);
  await password(page, url);
  await page.waitForURL((url) => url.pathname === '/members');
  await page.goto(`${url}/settings/security`);
  await page.getByLabel('Name of the new passkey').fill('Laptop');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId: id });
  expect(credentials).toHaveLength(1);
  expect(credentials[0]).toMatchObject({ isResidentCredential: true, rpId: 'localhost' });

  // The same device has one already.
  await page.goto(`${url}/settings/security`);
  await expect(page.getByRole('row', { name: /Laptop/ })).toContainText('not used yet');
  await page.getByLabel('Name of the new passkey').fill('Again');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('This device has a passkey of yours already.')).toBeVisible();
  await signOut(page);

  // Alone.
  await page.goto(`${url}/sign-in?next=/rotation`);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL((url) => url.pathname === '/rotation');
  await page.goto(`${url}/settings/security`);
  await expect(page.getByRole('row', { name: /Laptop/ })).not.toContainText('not used yet');

  // To confirm, on the page and on the card.
  await page.goto(`${url}/sudo?next=/members`);
  await page.getByRole('button', { name: 'Use a passkey instead' }).click();
  await page.waitForURL((url) => url.pathname === '/members');
  if (await server.endSudo()) {
    await page.goto(`${url}/settings/security`);
    await page.getByRole('button', { name: 'Make new codes' }).click();
    await page.getByRole('button', { name: 'Use a passkey instead' }).click();
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible();
  }

  // As the second step.
  await page.goto(`${url}/settings/security`);
  await signOut(page);
  await password(page, url);
  await page.waitForURL(/sign-in\/second/);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL((url) => url.pathname === '/members');

  // Whoever does not give finger, face or PIN is not let in.
  await page.goto(`${url}/settings/security`);
  await signOut(page);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: false });
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('The browser gave no passkey. Try again.')).toBeVisible();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: id, isUserVerified: true });

  // Removed, it signs nobody in.
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL(/\/secrets/);
  await page.goto(`${url}/settings/security`);
  await page.getByRole('row', { name: /Laptop/ }).getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('Removed the passkey.')).toBeVisible();
  await signOut(page);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page.getByText('The passkey was not taken.')).toBeVisible();
});

test('a workspace asks for a second factor', async ({ signedIn: server, page, browser }) => {
  await page.goto(`${server.url}/members`);
  await page.getByLabel('E-mail').fill('ann@example.org');
  await page.getByLabel('Role').selectOption('Admin');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByText(/\/invitation\/kl_inv_/).first().innerText();
  await setUpApp(page, server.url);
  await page.goto(`${server.url}/settings/workspace`);
  await page.getByLabel('Needed by').selectOption('Owners and admins');
  await page.locator('form', { hasText: 'Needed by' }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved who needs a second factor.')).toBeVisible();

  const context = await browser.newContext();
  const ann = await context.newPage();
  await ann.goto(link.trim());
  await ann.getByLabel('Your name').fill('Ann');
  await ann.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await ann.getByRole('button', { name: 'Join' }).click();
  await ann.waitForURL(/\/settings\/security$/);
  await expect(ann.getByText('This workspace asks you for a second factor')).toBeVisible();
  await ann.goto(`${server.url}/secrets`);
  await ann.waitForURL(/\/settings\/security$/);
  await setUpApp(ann, server.url);
  await ann.goto(`${server.url}/secrets`);
  await ann.waitForURL(/\/secrets$/);
  await context.close();
});
