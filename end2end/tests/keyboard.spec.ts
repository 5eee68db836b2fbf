import AxeBuilder from '@axe-core/playwright';
import { type Locator, type Page } from '@playwright/test';
import { expect, gotoReady, hydrated, test } from '../support/test';

async function makeSecret(page: Page, url: string, name: string, key: string): Promise<void> {
  await gotoReady(page, `${url}/secrets/new/custom?env=dev`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Key', { exact: true }).first().fill(key);
  await page.getByLabel(`Value of ${key}`).fill('kestrel');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Created.')).toBeVisible();
}

/** What the palette offers. */
function options(page: Page, which: { name?: RegExp; selected?: boolean } = {}): Locator {
  return page.getByRole('listbox', { name: 'Results' }).getByRole('option', which);
}

async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((found) => found.id);
}

test('the palette leads to secrets and pages by a few letters', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'prod-postgres', 'PGPASSWORD');
  await makeSecret(page, server.url, 'queue', 'AMQP_URL');
  await gotoReady(page, `${server.url}/secrets`);
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'A secret, a key or a page' });
  await expect(field).toBeFocused();
  // What was changed last comes first, before anything is typed.
  await expect(options(page).first()).toContainText('queue');
  expect(await complaints(page)).toEqual([]);

  // Letters that stand apart are found in what was changed lately; two words say what to do with it.
  await page.keyboard.type('ppg');
  await expect(options(page, { selected: true })).toContainText('prod-postgres');
  await field.fill('rotate que');
  await expect(options(page, { selected: true })).toContainText('Rotate queue');
  await field.fill('xqz');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await field.fill('postgr');
  await expect(options(page)).toHaveCount(1);
  await expect(options(page, { selected: true })).toContainText('prod-postgres');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/secrets\/sec_/);
  await expect(page.getByRole('heading', { level: 1, name: 'prod-postgres' })).toBeVisible();

  // A secret is found by its key; a page that the server draws is loaded.
  await page.keyboard.press('Control+k');
  await field.fill('amqp');
  await expect(options(page).first()).toContainText('queueAMQP_URL, in dev');
  await field.fill('amqp prod');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await field.fill('amqp dev');
  await expect(options(page, { selected: true })).toContainText('queue');
  await field.fill('aud');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowDown');
  await expect(options(page, { selected: true })).toContainText('Audit');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/audit$/);
  await page.goBack();
  await hydrated(page);

  // Esc closes it, and the focus is where it was.
  await page.getByRole('link', { name: 'Edit' }).focus();
  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
  await expect(page.getByRole('link', { name: 'Edit' })).toBeFocused();
});

test('the palette says that the server is gone, and still leads to pages', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await page.route('**/fn/secrets/list', (route) => route.fulfill({ status: 503, body: '"Transport"' }));
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'A secret, a key or a page' }).fill('tok');
  await expect(page.getByText('The server was not reached.')).toBeVisible();
  await options(page, { name: /^Tokens/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Tokens' })).toBeVisible();
});

test('letters press what a page offers, and can be changed or switched off', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'alpha', 'A');
  await makeSecret(page, server.url, 'beta', 'B');
  await gotoReady(page, `${server.url}/secrets`);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.press('Escape');

  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'alpha' })).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'beta' })).toBeFocused();
  await page.keyboard.press('k');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'alpha' })).toBeVisible();
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: 'Edit alpha' })).toBeVisible();

  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1, name: 'alpha', exact: true })).toBeVisible();
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: 'Edit alpha' })).toBeVisible();

  // In a field they are letters.
  await page.getByLabel('Tags').fill('');
  await page.getByLabel('Tags').press('n');
  await expect(page.getByLabel('Tags')).toHaveValue('n');
  await page.getByLabel('Tags').fill('');
  await page.getByLabel('Tags').blur();

  await page.keyboard.press('g');
  await page.keyboard.press('t');
  await expect(page.getByRole('heading', { level: 1, name: 'Tokens' })).toBeVisible();
  await page.goBack();
  await hydrated(page);
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1, name: 'Secrets' })).toBeVisible();
  await page.keyboard.press('/');
  await expect(page.getByRole('searchbox')).toBeFocused();
  await page.getByRole('searchbox').blur();
  await page.keyboard.press('n');
  await expect(page).toHaveURL(/\/secrets\/new$/);

  // Others in their place, and then none.
  await gotoReady(page, `${server.url}/secrets`);
  await page.keyboard.press('?');
  await sheet.getByRole('link', { name: 'Change keys' }).click();
  await page.getByLabel('Next row of the list').fill('m');
  await page.getByLabel('Go to the place').fill(';');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved your keys.')).toBeVisible();
  await page.keyboard.press(';');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1, name: 'Secrets' })).toBeVisible();
  await hydrated(page);
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'alpha' })).not.toBeFocused();
  await page.keyboard.press('m');
  await expect(page.getByRole('link', { name: 'alpha' })).toBeFocused();

  await page.goto(`${server.url}/settings/shortcuts`);
  await page.getByLabel('Letters and signs count').uncheck();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.keyboard.press(';');
  await page.keyboard.press('s');
  await expect(page).toHaveURL(/\/settings\/shortcuts/);
  await gotoReady(page, `${server.url}/secrets`);
  await page.keyboard.press('n');
  await page.keyboard.press('m');
  await expect(page.getByRole('link', { name: 'alpha' })).not.toBeFocused();
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox', { name: 'A secret, a key or a page' })).toBeFocused();
  await expect(page).toHaveURL(/\/secrets$/);
});

test('the first Tab leads past the navigation, on pages of scripts and on drawn ones', async ({ signedIn: server, page }) => {
  for (const path of ['/secrets', '/tokens']) {
    await gotoReady(page, `${server.url}${path}`);
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to content' });
    await expect(skip).toBeFocused();
    await expect(skip).toBeInViewport();
    await page.keyboard.press('Enter');
    await expect(page.locator('main')).toBeFocused();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
  }
});

test('signs count that a keyboard types with AltGr or Option', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'alpha', 'TOKEN');
  // A German keyboard types ] with AltGr, which Windows reports as Ctrl and Alt together; a Swiss one on a Mac with Option alone.
  const typed = (init: KeyboardEventInit) =>
    page.evaluate((init) => document.body.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })), init);
  await typed({ key: ']', ctrlKey: true, altKey: true });
  await expect(page).toHaveURL(/\/history$/);
  await typed({ key: '[', altKey: true });
  await expect(page).toHaveURL(/\/secrets\/sec_[0-9a-z]+$/);
});

test('a row has keys and a menu', async ({ signedIn: server, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await makeSecret(page, server.url, 'alpha', 'A');
  await makeSecret(page, server.url, 'beta', 'B');
  await gotoReady(page, `${server.url}/secrets`);
  const beta = page.getByRole('link', { name: 'beta', exact: true });
  const goToBeta = async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await expect(beta).toBeFocused();
  };
  await goToBeta();
  await page.keyboard.press('c');
  await expect(page.getByText('Copied dev/beta')).toBeVisible();
  await page.keyboard.press('/');
  await page.keyboard.press('Control+v');
  await expect(page.getByRole('searchbox')).toHaveValue('dev/beta');
  await page.getByRole('searchbox').fill('');
  await page.getByRole('searchbox').blur();
  await goToBeta();
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: 'Edit beta' })).toBeVisible();
  // Back gives the focus to the row that one left.
  await page.goBack();
  await expect(beta).toBeFocused();
  await page.keyboard.press('r');
  await expect(page).toHaveURL(/\/rotate$/);
  await expect(page.getByRole('heading', { level: 1, name: 'beta' })).toBeVisible();
  await page.goBack();
  await hydrated(page);
  await expect(beta).toBeFocused();

  // The menu stands beside its row, has the focus, and gives it back.
  await page.keyboard.press('.');
  const edit = page.getByRole('link', { name: 'Edit' });
  await expect(edit).toBeFocused();
  const more = page.getByRole('button', { name: 'More of beta' });
  const [menu, button] = [await page.locator('#row-menu').boundingBox(), await more.boundingBox()];
  expect(Math.abs(menu!.y - button!.y - button!.height), 'below its button').toBeLessThan(12);
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('link', { name: 'Rotate' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(edit).toBeHidden();
  await expect(beta).toBeFocused();

  // By pointer, from one row's to the other's.
  const other = page.getByRole('button', { name: 'More of alpha' });
  await more.click();
  await expect(edit).toBeFocused();
  await other.click();
  await expect(edit).toBeFocused();
  const moved = await page.locator('#row-menu').boundingBox();
  expect(menu!.y - moved!.y, 'it stands at the row above').toBeGreaterThan(30);
  await page.getByRole('heading', { name: 'Secrets' }).click();
  await expect(edit).toBeHidden();
  // What is selected stays so while Esc closes the menu.
  await page.getByRole('checkbox', { name: 'Select alpha' }).check();
  await more.click();
  await page.keyboard.press('Escape');
  await expect(edit).toBeHidden();
  await expect(page.getByRole('checkbox', { name: 'Select alpha' })).toBeChecked();
  await more.click();
  await page.getByRole('button', { name: 'Copy environment/name' }).click();
  await expect(page.getByText('Copied dev/beta')).toHaveCount(1);
  await more.click();
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByRole('region', { name: 'Versions' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'beta' })).toBeVisible();
});

test('a secret has keys for its tabs, its values and what else can be done', async ({ signedIn: server, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await makeSecret(page, server.url, 'alpha', 'TOKEN');
  const tab = (name: string) => page.getByRole('navigation', { name: 'Secret' }).getByRole('link', { name });
  for (const name of ['History', 'Rotation', 'Access']) {
    await page.keyboard.press(']');
    await expect(tab(name)).toHaveAttribute('aria-current', 'page');
    await expect(page).toHaveTitle(`alpha, ${name} · Keyloft`);
  }
  for (const name of ['Rotation', 'History', 'Values']) {
    await page.keyboard.press('[');
    await expect(tab(name)).toHaveAttribute('aria-current', 'page');
  }
  await hydrated(page);

  // A value's keys count in its row alone.
  const [value, show] = [page.getByText('kestrel'), page.getByRole('button', { name: 'Show TOKEN' })];
  await page.keyboard.press('v');
  await page.keyboard.press('Control+c');
  await expect(value).toBeHidden();
  await page.keyboard.press('j');
  await expect(show).toBeFocused();
  await page.keyboard.press('Control+Shift+c');
  await expect(page.getByText('Copied TOKEN')).toHaveCount(0);
  await page.keyboard.press('v');
  await expect(value).toBeVisible();
  await page.keyboard.press('v');
  await expect(value).toBeHidden();
  await page.keyboard.press('Control+c');
  await expect(page.getByText('Copied TOKEN')).toHaveCount(1);

  await page.keyboard.press('c');
  await expect(page.getByText('Copied dev/alpha')).toBeVisible();
  // What goes by itself can be read again.
  await page.getByRole('button', { name: 'Recent messages' }).click();
  await expect(page.getByRole('dialog').getByRole('listitem')).toContainText(['Copied dev/alpha', 'Copied TOKEN']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('.');
  await expect(page.getByRole('button', { name: 'Copy environment/name' })).toBeFocused();
  await page.keyboard.press('End');
  await expect(page.getByRole('button', { name: 'Delete' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByText('Moved to the trash')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('Restored from the trash.')).toBeVisible();
});

test('pages that the server draws have the keys too', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'alpha', 'A');
  await page.goto(`${server.url}/members`);
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(page).toHaveURL(/\/help#keyboard$/);

  // The palette opens over the list, and leads back to where it was asked for.
  await page.goto(`${server.url}/environments`);
  const palette = page.getByRole('combobox', { name: 'A secret, a key or a page' });
  await page.keyboard.press('Control+k');
  await expect(palette).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1, name: 'Environments' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await palette.fill('alph');
  await expect(options(page, { selected: true })).toContainText('alpha');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'alpha' })).toBeVisible();

  // Nothing that was typed is left behind, and fields take letters.
  await page.goto(`${server.url}/members`);
  const field = page.getByLabel('E-mail');
  await field.fill('');
  await field.press('g');
  await field.press('s');
  await expect(field).toHaveValue('gs');
  await field.press('Control+k');
  await expect(page).toHaveURL(/\/members$/);
});

test('a value counts down until it hides, anew each time it is shown', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'one', 'TOKEN');
  await page.clock.install();
  await gotoReady(page, page.url());
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('Hides in 30 s')).toBeVisible();
  await page.clock.runFor(20_000);
  await expect(page.getByText('Hides in 10 s')).toBeVisible();
  await page.getByRole('button', { name: 'Hide TOKEN' }).click();
  await expect(page.getByText(/Hides in/)).toBeHidden();
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('kestrel')).toBeVisible();
  await page.clock.runFor(15_000);
  await expect(page.getByText('Hides in 15 s')).toBeVisible();
  await expect(page.getByText('kestrel')).toBeVisible();
  await page.clock.runFor(15_000);
  await expect(page.getByText('kestrel')).toBeHidden();

  // Whoever needs longer says so.
  const secret = page.url();
  await page.goto(`${server.url}/settings/account`);
  await page.getByLabel('A value that is shown hides').selectOption('When I hide it, or leave the page');
  await page.locator('form', { has: page.getByLabel('A value that is shown hides') }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved for how long values are shown.')).toBeVisible();
  await gotoReady(page, secret);
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('kestrel')).toBeVisible();
  await page.clock.runFor(600_000);
  await expect(page.getByText('kestrel')).toBeVisible();
  await page.getByRole('button', { name: 'Hide TOKEN' }).click();
  await expect(page.getByText('kestrel')).toBeHidden();
});
