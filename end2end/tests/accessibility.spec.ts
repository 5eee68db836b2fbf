import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import type { Acme } from '../support/acme';
import { ADDRESSES, SIGNED_OUT, routes } from '../support/routes';
import { expect, gotoReady, test, openMore } from '../support/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Without a session of its own, or leading elsewhere. */
const ELSEWHERE = ['/', '/setup', '/sign-in', '/sign-in/second'];

test.use({ serverArgs: ['--components'] });

async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' | ')}`);
}

test('every path has addresses to look at', () => {
  const looked = [...Object.keys(ADDRESSES), ...ELSEWHERE];
  expect(looked.sort()).toEqual(routes().sort());
});

/** Each a test, so that none takes long. */
const PARTS = 4;

for (const scheme of ['light', 'dark'] as const) {
  for (let part = 0; part < PARTS; part++) {
    test(`no page hinders anyone, ${scheme}, part ${part + 1} @mobile`, async ({ acme, page }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme: scheme });
      const look = async (path: string) => {
        await gotoReady(page, acme.url + path);
        expect.soft(await complaints(page), path).toEqual([]);
        await expect.soft(page.locator('h1'), path).toHaveCount(1);
      };
      const signedIn = Object.values(ADDRESSES).flatMap((addresses) => addresses(acme.made));
      for (const path of signedIn.filter((_, place) => place % PARTS === part)) await look(path);
      await page.context().clearCookies();
      for (const path of SIGNED_OUT.filter((_, place) => place % PARTS === part)) await look(path);
    });
  }
}

/** What lies over a page or changes it, and how one gets there. Escape leads back from what `returns`. */
const STATES: { what: string; returns?: boolean; open: (page: Page, acme: Acme) => Promise<void> }[] = [
  {
    what: 'the palette',
    returns: true,
    async open(page, { url }) {
      await gotoReady(page, `${url}/secrets`);
      await page.getByRole('link', { name: 'New secret' }).focus();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'A secret, a key or a page' }).fill('bil');
      await expect(page.getByRole('dialog').getByRole('option', { name: /billing/ }).first()).toBeVisible();
    },
  },
  {
    what: 'the sheet of shortcuts',
    returns: true,
    async open(page, { url }) {
      await gotoReady(page, `${url}/secrets`);
      await page.getByRole('link', { name: 'New secret' }).focus();
      await page.keyboard.press('?');
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
    },
  },
  {
    what: 'the review of a change',
    returns: true,
    async open(page, { url, made }) {
      await gotoReady(page, `${url}/secrets/${made.secret}/edit`);
      await page.getByLabel('Value of PGPASSWORD').fill('another');
      await page.getByRole('button', { name: 'Review and save' }).click();
      await page.getByRole('button', { name: 'Show both of PGPASSWORD' }).click();
      await expect(page.getByText('PGPASSWORD another')).toBeVisible();
      await page.getByRole('button', { name: 'Keep editing' }).focus();
    },
  },
  {
    what: 'the question before a deletion',
    returns: true,
    async open(page, { url }) {
      await gotoReady(page, `${url}/secrets?env=prod`);
      await page.getByRole('link', { name: 'stripe' }).click();
      await openMore(page);
      await page.getByRole('button', { name: 'Delete' }).click();
      await expect(page.getByRole('dialog', { name: 'Delete stripe?' })).toBeVisible();
    },
  },
  {
    what: 'the menu of a row',
    async open(page, { url }) {
      await gotoReady(page, `${url}/secrets`);
      await page.getByRole('button', { name: 'More of stripe' }).click();
      await expect(page.getByRole('link', { name: 'Access' })).toBeVisible();
    },
  },
  {
    what: 'the question for the password',
    returns: true,
    async open(page, { url, made }) {
      await page.route('**/fn/secrets/reveal', (route) => route.fulfill({ status: 403, body: '"SudoNeeded"' }));
      await gotoReady(page, `${url}/secrets/${made.secret}`);
      await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
      await expect(page.getByRole('dialog').getByLabel('Password', { exact: true })).toBeFocused();
      await page.unroute('**/fn/secrets/reveal');
    },
  },
  {
    what: 'a value that is shown, and a message of one that is not',
    async open(page, { url, made }) {
      await gotoReady(page, `${url}/secrets/${made.secret}`);
      await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
      await expect(page.getByText(/Hides in/)).toBeVisible();
      await page.route('**/fn/secrets/reveal', (route) => route.fulfill({ status: 503, body: '"Transport"' }));
      await page.getByRole('button', { name: 'Copy PGUSER' }).click();
      await page.unroute('**/fn/secrets/reveal');
    },
  },
  {
    what: 'messages, read again',
    async open(page, { url }) {
      await gotoReady(page, `${url}/secrets`);
      await page.getByRole('button', { name: 'More of stripe' }).click();
      await page.getByRole('button', { name: 'Copy environment/name' }).click();
      await page.getByRole('button', { name: 'Recent messages' }).click();
      await expect(page.getByRole('dialog', { name: 'Recent messages' })).toBeVisible();
    },
  },
  {
    what: 'a form with mistakes',
    async open(page, { url }) {
      await gotoReady(page, `${url}/secrets/new/custom`);
      await page.getByLabel('Name', { exact: true }).fill('not a name');
      await page.getByLabel('Key', { exact: true }).first().fill('2FAST');
      await page.getByRole('button', { name: 'Create secret' }).click();
      await expect(page.getByRole('alert').first()).toBeVisible();
    },
  },
  {
    what: 'a preview of an import',
    async open(page, { url }) {
      await page.goto(`${url}/secrets/import`);
      await page.getByLabel('Text').fill('HOST=one\nPORT=5432\nHOST=two\n2FA=three\nno sense\n');
      await page.getByRole('button', { name: 'Preview' }).click();
      await expect(page.getByText('3 variables read.')).toBeVisible();
    },
  },
  {
    what: 'a review of a promotion',
    async open(page, { url }) {
      await page.goto(`${url}/compare?left=dev&right=prod`);
      await page.getByRole('checkbox').first().check();
      await page.getByRole('button', { name: 'Promote 1 key to prod…' }).click();
      await expect(page.getByRole('heading', { name: /^Promote/ })).toBeVisible();
    },
  },
  {
    what: 'a token that was made',
    async open(page, { url }) {
      await gotoReady(page, `${url}/tokens/new?name=ci-deploy&days=7`);
      await page.getByRole('button', { name: 'Make token' }).click();
      await expect(page.getByText('This is the only time the token is shown.')).toBeVisible();
    },
  },
];

for (const scheme of ['light', 'dark'] as const) {
  test(`nothing that opens hinders anyone, ${scheme} @mobile`, async ({ acme, page }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme: scheme });
    for (const { what, returns, open } of STATES) {
      await open(page, acme);
      expect.soft(await complaints(page), what).toEqual([]);
      if (!returns) continue;
      const inside = await page.evaluate(() => Boolean(document.activeElement?.closest('dialog')));
      expect.soft(inside, `${what} has the focus`).toBe(true);
      await page.keyboard.press('Escape');
      await expect(page.locator('dialog[open]'), what).toHaveCount(0);
      const back = await page.evaluate(() => document.activeElement?.matches('main a, main button'));
      expect.soft(back, `${what} gives the focus back`).toBe(true);
    }
  });
}

test('what is said aloud stands in the page from the start', async ({ acme, page }) => {
  const html = await (await page.request.get(`${acme.url}/secrets`)).text();
  for (const region of ['role="status"', 'role="alert"']) expect(html).toContain(region);

  await gotoReady(page, `${acme.url}/secrets`);
  await page.getByRole('searchbox').fill('pgpassword');
  await expect(page.getByRole('main').getByRole('status').first()).toHaveText('3 secrets');
  // After a step to another page its heading has the focus, so that it is read.
  await page.getByRole('link', { name: 'billing-postgres' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page).toHaveTitle('billing-postgres · Keyloft');
  await page.route('**/fn/secrets/reveal', (route) => route.fulfill({ status: 503, body: '"Transport"' }));
  await page.getByRole('button', { name: 'Copy PGPASSWORD' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'The server was not reached.' })).toBeVisible();
});

test('colours that people force leave everything to be seen', async ({ acme, page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await gotoReady(page, `${acme.url}/secrets`);
  const ground = (name: string) =>
    page.getByRole('navigation').getByRole('link', { name }).evaluate((link) => getComputedStyle(link).backgroundColor);
  expect(await ground('Secrets'), 'the place where one is').not.toBe(await ground('Members'));
  for (const path of ['/secrets', `/secrets/${acme.made.secret}`, `/secrets/${acme.made.secret}/edit`, '/environments']) {
    await gotoReady(page, acme.url + path);
    const unframed = await page.locator('main .button:visible').evaluateAll((buttons) =>
      buttons.filter((button) => getComputedStyle(button).borderTopStyle !== 'solid').map((button) => button.textContent),
    );
    expect(unframed, `${path}: buttons without an edge`).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(outline, `${path}: the focus`).toBe('solid');
  }
});

test('nothing moves for whoever wants that', async ({ acme, page }) => {
  const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
    await page.emulateMedia({ reducedMotion });
    await gotoReady(page, `${acme.url}/secrets`);
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await expect(dialog).toBeVisible();
    return dialog.evaluate((dialog) =>
      getComputedStyle(dialog).transitionDuration.split(', ').some((duration) => Number.parseFloat(duration) > 0),
    );
  };
  expect(await moving('no-preference')).toBe(true);
  expect(await moving('reduce')).toBe(false);
});

test('the keyboard alone makes a secret', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new`);
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.keyboard.type('hugging');
  await expect(page.getByText('1 template')).toBeVisible();
  const tile = page.getByRole('link', { name: /Hugging Face/ });
  while (!(await tile.evaluate((link) => link === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Value of HF_TOKEN')).toBeVisible();
  await page.getByLabel('Value of HF_TOKEN').focus();
  await page.keyboard.type('hf_typed');
  const create = page.getByRole('button', { name: 'Create secret' });
  while (!(await create.evaluate((button) => button === document.activeElement))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Created.')).toBeVisible();
});

test('forms work while the scripts are still on their way', async ({ signedIn: server, page }) => {
  await page.route(/\.wasm$/, async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await route.continue().catch(() => undefined);
  });
  await page.goto(`${server.url}/secrets/new/huggingface`);
  await page.getByLabel('Value of HF_TOKEN').fill('hf_early');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('heading', { name: /huggingface/ })).toBeVisible();
});
