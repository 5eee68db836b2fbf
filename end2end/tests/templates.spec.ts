import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, gotoReady, test } from '../support/test';

const services = fileURLToPath(new URL('../../crates/catalog/services/', import.meta.url));

/** Every `pattern = '…'` of the catalogue, with its service. */
function patterns(): [string, string][] {
  return readdirSync(services).flatMap((file) => {
    const text = readFileSync(services + file, 'utf8');
    return [...text.matchAll(/^\s*pattern = '(.*)'$/gm)].map((found): [string, string] => [file, found[1]]);
  });
}

test('the browser reads every pattern that the server reads', async ({ signedIn: server, page }) => {
  const all = patterns();
  expect(all.length).toBeGreaterThan(100);
  await gotoReady(page, `${server.url}/secrets`);
  const bad = await page.evaluate(
    (all) =>
      all.filter(([, pattern]) => {
        try {
          new RegExp(pattern, 'u');
          return false;
        } catch {
          return true;
        }
      }),
    all,
  );
  expect(bad).toEqual([]);
});

test('every template draws its form', async ({ signedIn: server, page }) => {
  test.setTimeout(180_000);
  const ids = readdirSync(services).map((file) => file.replace(/\.toml$/, ''));
  expect(ids.length).toBe(198);
  for (const id of ids) {
    const answer = await page.request.get(`${server.url}/secrets/new/${id}`);
    expect(answer.status(), id).toBe(200);
    expect(await answer.text(), id).toContain('Create secret');
  }
});

test('the gallery begins with what most people come for', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new`);
  const names = await page.locator('.tile-name').allInnerTexts();
  expect(names.length).toBe(198);
  expect(names[0]).toBe('Custom');
  expect(names.slice(1, 8).join(' ')).toMatch(/OpenAI.*Hugging Face.*AWS.*Postgre.*Weights.*GitHub.*MongoDB/);
});

test('the gallery goes by arrows, and begins with what the team has', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets/new`);
  const tiles = page.locator('.tile');
  await expect(tiles.nth(0)).toContainText('Custom');
  await expect(tiles.nth(1)).toContainText('PostgreSQL');
  await expect(tiles.nth(1)).toContainText('Used by 3 secrets.');
  await expect(tiles.nth(2)).toContainText('Used by 2 secrets.');

  // Tab reaches one tile, arrows the others; what was left is where Tab comes back to.
  await page.getByRole('navigation', { name: 'Category' }).getByRole('link').last().focus();
  await page.keyboard.press('Tab');
  await expect(tiles.nth(0)).toBeFocused();
  await page.keyboard.press('ArrowRight');
  await expect(tiles.nth(1)).toBeFocused();
  await page.keyboard.press('ArrowDown');
  const above = await tiles.nth(1).boundingBox();
  const focused = await page.locator(':focus').boundingBox();
  expect(focused!.x).toBe(above!.x);
  expect(focused!.y).toBeGreaterThan(above!.y);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Tab');
  await expect(tiles.nth(1)).toBeFocused();
  // A search that leaves tiles in the page leaves one for Tab too.
  await page.getByRole('searchbox').fill('data');
  await expect(tiles.filter({ hasText: 'Custom' })).toHaveCount(0);
  await page.getByRole('navigation', { name: 'Category' }).getByRole('link').last().focus();
  await page.keyboard.press('Tab');
  await expect(tiles.first()).toBeFocused();
  await page.getByRole('searchbox').fill('');
  await expect(tiles.first()).toContainText('Custom');
  await tiles.first().focus();
  await page.keyboard.press('End');
  await expect(tiles.last()).toBeFocused();
  await page.keyboard.press('Home');
  await expect(tiles.first()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'New Custom secret' })).toBeVisible();
});
