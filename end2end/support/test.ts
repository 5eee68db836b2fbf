import { type Page, test as base, expect } from '@playwright/test';
import { type Database, Server, run } from './server';
import { Acme, EMAIL, PASSWORD } from './acme';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export { expect, run };

export { EMAIL, PASSWORD };

export type Options = {
  /** Which database the server of each test uses. */
  database: Database;
  /** More arguments for the server. */
  serverArgs: string[];
};

type Fixtures = {
  /** A server of this test's own, not set up. */
  server: Server;
  /** The same, set up, with Mara as its owner. */
  ready: Server;
  /** The same, with Mara signed in in `page`. */
  signedIn: Server;
  /** A workspace with something of everything, Mara signed in in `page`. */
  acme: Acme;
};

/** Every test has its own server, and fails when its pages complain in the console. */
export const test = base.extend<Options & Fixtures>({
  database: ['sqlite', { option: true }],
  serverArgs: [[], { option: true }],

  server: async ({ database, serverArgs }, use) => {
    const server = await Server.start(database, serverArgs);
    await use(server);
    await server.dispose();
  },

  ready: async ({ server }, use) => {
    await setUp(server);
    await use(server);
  },

  signedIn: async ({ ready, page }, use) => {
    await signIn(page, ready);
    await use(ready);
  },

  acme: async ({ server, page, browser }, use) => {
    const tokenFile = join(server.folder, 'token');
    await setUp(server, ['--token-out', tokenFile]);
    await signIn(page, server);
    await use(await Acme.fill(server, readFileSync(tokenFile, 'utf8').trim(), browser));
  },

  page: async ({ page }, use) => {
    const complaints = watchConsole(page);
    await use(page);
    expect(complaints, 'what pages said in the console').toEqual([]);
  },
});

/** Makes Mara and her workspace, as an operator does from the command line. */
async function setUp(server: Server, more: string[] = []): Promise<void> {
  const passwordFile = join(server.folder, 'password');
  writeFileSync(passwordFile, PASSWORD, { mode: 0o600 });
  const { code, output } = await run([
    'setup',
    '--data',
    server.folder,
    ...(server.databaseUrl ? ['--database', server.databaseUrl] : []),
    '--email',
    EMAIL,
    '--name',
    'Mara Kovac',
    '--password-file',
    passwordFile,
    '--workspace',
    'Acme',
    ...more,
  ]);
  expect(output, 'setting up').not.toContain('error');
  expect(code, output).toBe(0);
}

/**
 * Collects errors and policy violations. A refused request (4xx) is an answer, not a fault; nor is a server that a test ended, or a module
 * that it kept from the page.
 */
export function watchConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    const text = message.text().split('\n\nStack')[0];
    const refused = /Failed to load resource: (.* status of (401|403|404|409|413|422|429|503|507)|net::ERR_CONNECTION_(REFUSED|RESET))/.test(text);
    const kept = /^TypeError: Failed to (fetch|execute 'compile' on 'WebAssembly': HTTP status code is not ok)/.test(text);
    if (message.type() === 'error' && !refused && !kept) complaints.push(text);
    if (/hydration/i.test(text)) complaints.push(text);
  });
  return complaints;
}

/** Signs Mara in through the page. */
export async function signIn(page: Page, server: Server, password = PASSWORD): Promise<void> {
  await page.goto(`${server.url}/sign-in`);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/secrets/);
}

/** Goes to a page and waits until the scripts that take it over, if any, have done so: clicks before that are lost. */
export async function gotoReady(page: Page, url: string): Promise<void> {
  await page.goto(url);
  if ((await page.locator('script[src$="/start.js"]').count()) > 0) await hydrated(page);
}

/** Waits until scripts have taken the page over. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
}

/** Makes secrets from a template through the form that people use. `fields` says what stands in the form of each: an environment by its name. */
export async function makeSecrets(
  page: Page,
  count: number,
  fields: (number: number) => Record<string, string>,
): Promise<void> {
  const forms = Array.from({ length: count }, (_, number) => fields(number));
  await page.evaluate(async (forms) => {
    const html = await (await fetch('/secrets/new/postgres')).text();
    const form = new DOMParser().parseFromString(html, 'text/html').querySelector<HTMLFormElement>('main form');
    if (!form) throw new Error('there is no form');
    const places = new Map<string, string>();
    for (const { id, value } of form.querySelectorAll<HTMLInputElement>('#environments input')) {
      places.set(form.querySelector(`label[for="${id}"]`)?.textContent ?? '', value);
    }
    for (const own of forms) {
      const fields = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
      for (const [name, value] of Object.entries(own)) fields.set(name, places.get(value) ?? value);
      for (const name of [...fields.keys()].filter((name) => name.endsWith('[key]'))) {
        if (fields.get(name)) fields.set(name.replace('[key]', '[value]'), 'a value');
      }
      const answer = await fetch(form.getAttribute('action') ?? '', {
        method: 'POST',
        body: fields,
        headers: { accept: 'application/json' },
      });
      if (!answer.ok) throw new Error(await answer.text());
    }
  }, forms);
}

/** Opens what else can be done with the secret whose page this is. */
export async function openMore(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click();
}
