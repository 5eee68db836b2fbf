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
