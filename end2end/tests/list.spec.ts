import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, gotoReady, hydrated, makeSecrets, test } from '../support/test';

const COUNT = 260;

/** Two secrets of each name, so that names alone do not say which comes first. */
async function makeMany(page: Page, url: string): Promise<void> {
  await gotoReady(page, `${url}/secrets`);
  await makeSecrets(page, COUNT, (number) => ({
    'draft[name]': `service-${String(Math.floor(number / 2)).padStart(3, '0')}`,
    'draft[environments][]': number % 2 ? 'prod' : 'dev',
    'draft[tags]': number % 2 ? 'team-platform' : '',
  }));
  await gotoReady(page, `${url}/secrets`);
}

async function complaints(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map((found) => `${found.id}: ${found.nodes.map((node) => node.html).join(' | ')}`);
}

const rows = (page: Page) => page.locator('tr[aria-rowindex]');

/** The name in the first row that is seen whole. */
async function onTop(page: Page): Promise<string> {
  return page.evaluate(() => {
    const links = [...document.querySelectorAll('.row-link')];
    return links.find((link) => link.getBoundingClientRect().top >= 0)?.textContent ?? '';
  });
}

async function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('aria-rowindex') ?? '');
}

test('a long list is a window of rows, however it is scrolled', async ({ signedIn: server, page }) => {
  await makeMany(page, server.url);
  await expect(page.getByText(`${COUNT} secrets`)).toBeVisible();
  await expect(page.getByRole('table')).toHaveAttribute('aria-rowcount', String(COUNT + 1));
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  expect(height).toBeGreaterThan(COUNT * 44);
  const first = page.getByRole('link', { name: 'service-000' }).first();
  await first.focus();

  // While rows are on their way, something stands in their place; the focus stays where it is.
  let answer = () => {};
  const held = new Promise<void>((resolve) => (answer = resolve));
  await page.route('**/fn/secrets/list', async (route) => {
    await held;
    await route.continue();
  });
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(page.locator('.row-waits').first()).toBeVisible();
  expect(await page.locator('.row-waits').count()).toBeGreaterThan(10);
  await expect(page.locator('tbody[aria-busy=true]')).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  answer();
  await expect(page.getByRole('link', { name: 'service-129' }).last()).toBeVisible();
  await expect(page.locator('.row-waits')).toHaveCount(0);
  await expect(page.locator('tbody[aria-busy]')).toHaveCount(0);
  await page.unroute('**/fn/secrets/list');
  await expect(rows(page).last()).toHaveAttribute('aria-rowindex', String(COUNT + 1));
  expect(await page.locator('tr').count()).toBeLessThan(60);
  expect(await focused(page)).toBe('2');

  // Step by step, each row comes once.
  await page.evaluate(() => window.scrollTo(0, 0));
  const seen = new Map<string, string>();
  for (let step = 0; step < 60; step++) {
    await expect(page.locator('.row-waits')).toHaveCount(0);
    const now = await page.evaluate(() =>
      [...document.querySelectorAll('tbody tr[aria-rowindex]')].map((row) => [
        row.getAttribute('aria-rowindex') ?? '',
        row.querySelector('a')?.getAttribute('href') ?? '',
      ]),
    );
    for (const [place, href] of now) {
      expect(seen.get(place) ?? href, `row ${place}`).toBe(href);
      seen.set(place, href);
    }
    expect(await page.locator('tr').count()).toBeLessThan(60);
    await page.mouse.wheel(0, 300);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  expect(seen.size).toBe(COUNT);
  expect(new Set(seen.values()).size).toBe(COUNT);

  // Back is where one was, by the row: after the router, and after the whole page is loaded anew.
  await page.evaluate(() => window.scrollTo(0, 44 * 120));
  await expect(page.locator('.row-waits')).toHaveCount(0);
  const before = await onTop(page);
  // A row in the middle: one at the edge would be scrolled to before it is clicked.
  const opened = await page.evaluate(() => {
    const row = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('tr');
    const link = row?.querySelector<HTMLElement>('.row-link');
    link?.click();
    return link?.textContent ?? '';
  });
  await expect(page.getByRole('heading', { level: 1, name: opened })).toBeVisible();
  await page.goBack();
  await expect.poll(() => onTop(page)).toBe(before);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const [row, top] = [await focused(page), await onTop(page)];
  await page.keyboard.press('e');
  await expect(page.getByRole('heading', { level: 1, name: /^Edit/ })).toBeVisible();
  await page.goBack();
  await expect.poll(() => focused(page), 'so that the keyboard goes on there').toBe(row);
  await page.goto(`${server.url}/help`);
  await page.goBack();
  await hydrated(page);
  await expect.poll(() => onTop(page)).toBe(top);

  // What cannot be read is said, and tried again.
  let away = true;
  await page.route('**/fn/secrets/list', (route) => (away ? route.fulfill({ status: 503, body: '"Transport"' }) : route.continue()));
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  await expect(page.getByText('The server was not reached.')).toBeVisible();
  // At once, and without scrolling to it: that reads what is missing by itself.
  const again = await page.getByRole('button', { name: 'Try again' }).elementHandle();
  away = false;
  await again!.dispatchEvent('click');
  await expect(page.getByRole('link', { name: 'service-129' }).last()).toBeVisible();
  await expect(page.getByText('The server was not reached.')).toBeHidden();
});

test('the keyboard alone goes through a long list, selects and looks', async ({ signedIn: server, page }) => {
  await makeMany(page, server.url);
  await page.keyboard.press('j');
  expect(await focused(page)).toBe('2');
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toBe(String(COUNT + 1));
  await page.keyboard.press('k');
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focused(page)).toBe(String(COUNT - 1));
  await page.keyboard.press('Home');
  await expect.poll(() => focused(page)).toBe('2');
  await page.keyboard.press('PageDown');
  const place = Number(await focused(page));
  expect(place).toBeGreaterThan(10);
  await page.keyboard.press('PageUp');
  await expect.poll(() => focused(page)).toBe('2');

  // Rows are selected that are far apart, and stay so while they are out of the page.
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await expect(page.getByText('3 selected').first()).toBeVisible();
  await page.keyboard.press('End');
  await expect.poll(() => focused(page)).toBe(String(COUNT + 1));
  await page.keyboard.press('x');
  await expect(page.getByText('4 selected').first()).toBeVisible();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(page.getByText('5 selected').first()).toBeVisible();
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByText('selected').first()).toBeHidden();

  // All that match are asked about, as far as they can be changed at once.
  await page.keyboard.press('Control+a');
  const ask = page.getByRole('dialog', { name: 'Select the first 100 that match?' });
  await expect(ask).toContainText('260 match');
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(ask).toBeHidden();
  await page.keyboard.press('Control+a');
  await ask.getByRole('button', { name: 'Select secrets' }).press('Enter');
  await expect(page.getByText('100 selected').first()).toBeVisible();
  await page.getByRole('button', { name: 'Continue with selected' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: '100 secrets selected' })).toBeVisible();
});

for (const scheme of ['light', 'dark'] as const) {
  test(`a row is looked at without leaving the list, ${scheme} @mobile`, async ({ signedIn: server, page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await gotoReady(page, `${server.url}/secrets`);
    await makeSecrets(page, 3, (number) => ({
      'draft[name]': `service-${number}`,
      'draft[tags]': 'team-platform',
      'draft[note]': 'for the shop',
    }));
    await gotoReady(page, `${server.url}/secrets`);
    const row = page.getByRole('link', { name: 'service-0' });
    await row.focus();
    await page.keyboard.press('Space');
    const look = page.locator('#quick-look');
    await expect(look.getByRole('heading', { name: 'service-0' })).toBeVisible();
    for (const text of ['PGHOST', 'PGPASSWORD', 'Hidden', 'team-platform', 'by Mara Kovac', 'postgres', 'Never']) {
      await expect(look).toContainText(text);
    }
    expect(await page.content()).not.toContain('a value');
    expect(await complaints(page)).toEqual([]);
    await expect(page.locator('tr[aria-current]')).toContainText('service-0');
    await page.keyboard.press('ArrowDown');
    await expect(look.getByRole('heading', { name: 'service-1' })).toBeVisible();
    await expect(look).toContainText('2 of 3');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    await expect(look).toBeHidden();
    await expect(page.locator('tr[aria-current]')).toHaveCount(0);
    await expect(page.getByRole('link', { name: 'service-1' })).toBeFocused();
    await page.keyboard.press('Space');
    if ((page.viewportSize()?.width ?? 0) >= 1280) {
      // There is room beside the list, which goes on.
      await page.getByLabel('Select service-2').check();
      await expect(page.getByText('1 selected').first()).toBeVisible();
      await expect(look).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(look).toBeHidden();
      await page.keyboard.press('Escape');
      await expect(page.getByText('1 selected').first()).toBeHidden();
      await page.getByRole('link', { name: 'service-1' }).focus();
      await page.keyboard.press('Space');
    }
    await look.getByRole('link', { name: 'Edit' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Edit service-1' })).toBeVisible();
  });
}

test('whoever comes back finds the list as it was left', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await makeSecrets(page, 4, (number) => ({ 'draft[name]': `service-${number}`, 'draft[tags]': number < 3 ? 'shop' : '' }));
  await gotoReady(page, `${server.url}/secrets`);
  await page.getByLabel('All tags').selectOption('shop');
  await expect(page.getByText('3 secrets', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Remove the filter Tag: shop' }).click();
  await expect(page.getByText('4 secrets', { exact: true })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Filters' })).toHaveCount(0);
  await page.goBack();
  await expect(page.getByText('3 secrets', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'service-1' }).click();
  await page.getByRole('link', { name: 'Secrets', exact: true }).last().click();
  await expect(page).toHaveURL(/\/secrets\?tag=shop$/);
  await expect(page.getByText('3 secrets', { exact: true })).toBeVisible();

  // What was selected, too: after a page of scripts, and after one that the server drew.
  for (const name of ['service-0', 'service-2']) await page.getByLabel(`Select ${name}`).check();
  const stays = async () => {
    await hydrated(page);
    await expect(page.getByText('2 selected').first()).toBeVisible();
    await expect(page.getByLabel('Select service-2')).toBeChecked();
    await expect(page.getByLabel('Select service-1')).not.toBeChecked();
  };
  await page.getByRole('link', { name: 'service-1' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'service-1' })).toBeVisible();
  await page.goBack();
  await stays();
  await page.getByRole('button', { name: 'Continue with selected' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '2 secrets selected' })).toBeVisible();
  await page.goBack();
  await stays();

  // What was said of a deletion is not said again.
  await page.getByRole('link', { name: 'service-1' }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
  await page.getByRole('link', { name: 'service-0' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'service-0' })).toBeVisible();
  await page.goBack();
  await expect(page.getByText('3 secrets', { exact: true })).toBeVisible();
  await expect(page.getByText('Moved to the trash')).toBeHidden();
});

test('the list stands beside what is looked at where there is room', async ({ signedIn: server, page }) => {
  await page.setViewportSize({ width: 1920, height: 900 });
  await gotoReady(page, `${server.url}/secrets`);
  await makeSecrets(page, 2, (number) => ({ 'draft[name]': `service-${number}` }));
  await gotoReady(page, `${server.url}/secrets`);
  await page.getByRole('link', { name: 'service-0' }).focus();
  await page.keyboard.press('Space');
  const look = page.locator('#quick-look');
  await expect(look).toBeVisible();
  const [table, drawer] = [await page.getByRole('table').boundingBox(), await look.boundingBox()];
  expect(table!.x + table!.width).toBeLessThanOrEqual(drawer!.x);
});

test('views are saved, opened and deleted @both', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await makeSecrets(page, 2, (number) => ({ 'draft[name]': `service-${number}` }));
  await gotoReady(page, `${server.url}/secrets?env=dev`);
  await expect(page.getByText('Save this view')).toBeVisible();
  await page.getByRole('searchbox').fill('service-1');
  await expect(page.getByText('1 secret', { exact: true })).toBeVisible();
  await page.getByText('Save this view').click();
  await page.getByLabel('Name of the view').fill('Only one 🔑');
  await page.getByRole('button', { name: 'Save view' }).click();
  const view = page.getByRole('link', { name: 'Only one 🔑' });
  await expect(view).toHaveAttribute('aria-current', 'true');
  expect(await complaints(page)).toEqual([]);
  await page.getByRole('link', { name: 'Secrets', exact: true }).first().click();
  await expect(page.getByText('2 secrets', { exact: true })).toBeVisible();
  await expect(page.getByText('Save this view')).toBeHidden();
  await view.click();
  await expect(page).toHaveURL(/env=dev&q=service/);
  await expect(page.getByText('1 secret', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Delete the view Only one 🔑' }).click();
  await expect(view).toHaveCount(0);
});

test('a long list has links from page to page, and its views are forms @nojs', async ({ signedIn: server, page }) => {
  await page.goto(`${server.url}/secrets?env=prod&q=gh`);
  await expect(page.getByText('Nothing matches “gh” in prod')).toBeVisible();
  await page.getByText('Save this view').click();
  await page.getByLabel('Name of the view').fill('Of prod');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('link', { name: 'Search all environments' }).click();
  await expect(page).toHaveURL(/secrets\?q=gh$/);
  await page.getByRole('link', { name: 'Of prod' }).click();
  await expect(page).toHaveURL(/env=prod&q=gh/);
  await page.getByRole('button', { name: 'Delete the view Of prod' }).click();
  await expect(page.getByRole('link', { name: 'Of prod' })).toHaveCount(0);
});

test('whoever wants pages gets them, and low rows where there is room', async ({ signedIn: server, page }) => {
  await makeMany(page, server.url);
  await page.goto(`${server.url}/settings/account`);
  await page.getByLabel('Secrets in pages of 50').check();
  await page.getByLabel('Low rows').check();
  await page.locator('form', { has: page.getByLabel('Secrets in pages of 50') }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved how lists come.')).toBeVisible();

  await gotoReady(page, `${server.url}/secrets`);
  await expect(page.getByText(`${COUNT} secrets`)).toBeVisible();
  await expect(page.locator('.row-link')).toHaveCount(50);
  expect((await page.locator('tbody tr').first().boundingBox())!.height).toBeLessThan(38);
  expect(await complaints(page)).toEqual([]);
  await page.keyboard.press('j');
  await page.keyboard.press('End');
  await expect(page.locator('.row-link').last()).toBeFocused();
  await expect(page.getByText(`1 to 50 of ${COUNT}`)).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByText(`51 to 100 of ${COUNT}`)).toBeVisible();
  await page.getByRole('link', { name: 'Next' }).click();
  await expect(page.getByRole('link', { name: 'service-050' }).first()).toBeVisible();
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByText(`51 to 100 of ${COUNT}`)).toBeVisible();
  await expect(page.getByRole('link', { name: 'service-025' }).first()).toBeVisible();
  await expect(page.locator('.row-link')).toHaveCount(50);
  await page.getByRole('link', { name: 'Previous' }).click();
  await expect(page.getByRole('link', { name: 'service-000' }).first()).toBeVisible();

  // What is found fits one page.
  await page.getByRole('searchbox').fill('service-129');
  await expect(page.getByText('2 secrets', { exact: true })).toBeVisible();
  await expect(page.locator('.row-link')).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'Next' })).toBeHidden();
});
