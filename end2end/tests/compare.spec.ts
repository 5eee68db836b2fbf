import { type Page } from '@playwright/test';
import { expect, gotoReady, test } from '../support/test';

/** Makes a secret with these keys and values. */
async function makeSecret(page: Page, url: string, environment: string, name: string, pairs: string[][]): Promise<void> {
  await gotoReady(page, `${url}/secrets/new/custom?env=${environment}`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  for (const [index, [key, value]] of pairs.entries()) {
    if (index > 0) await page.getByRole('button', { name: 'Add key' }).click();
    await page.getByLabel('Key', { exact: true }).nth(index).fill(key);
    await page.getByLabel(`Value of ${key}`).fill(value);
  }
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByText('Created. Programs can read it now.')).toBeVisible();
}

test('two environments are compared, and keys promoted after a review @both', async ({ signedIn: server, page }) => {
  await makeSecret(page, server.url, 'dev', 'billing', [
    ['HOST', 'kestrel host'],
    ['TOKEN', 'kestrel new'],
  ]);
  await makeSecret(page, server.url, 'prod', 'billing', [
    ['HOST', 'kestrel host'],
    ['TOKEN', 'kestrel old'],
  ]);
  await makeSecret(page, server.url, 'dev', 'queue', [['URL', 'kestrel amqp']]);

  // From the navigation; no scripts take the page over, and no value is on it.
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Compare' })).toBeVisible();
  await expect(page.locator('script:not([src="/keys.js"], [src="/session.js"], [src="/ticked.js"])')).toHaveCount(0);
  await page.getByLabel('Compare', { exact: true }).selectOption('dev');
  await page.getByLabel('With', { exact: true }).selectOption('prod');
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await expect(page).toHaveURL(/left=dev/);
  await expect(page.getByRole('row', { name: /billing\/ ?TOKEN/ })).toContainText('Different');
  await expect(page.getByRole('row', { name: /queue\/ ?URL/ })).toContainText('Only in dev');
  await expect(page.getByRole('row', { name: /billing\/ ?HOST/ })).toHaveCount(0);
  expect(await page.content()).not.toContain('kestrel');
  await page.getByRole('link', { name: 'Same 1' }).click();
  await expect(page.getByRole('row', { name: /billing\/ ?HOST/ })).toContainText('Same');
  await page.getByRole('link', { name: 'Differences 2' }).click();

  // There and back.
  await page.getByRole('link', { name: 'Swap the sides' }).click();
  await expect(page.getByRole('row', { name: /queue\/ ?URL/ })).toContainText('Only in dev');
  await expect(page.getByRole('checkbox', { name: /queue\/ ?URL/ })).toHaveCount(0);
  await page.getByRole('link', { name: 'Swap the sides' }).click();

  // Nothing chosen, then two keys, by the keyboard alone.
  await page.getByRole('button', { name: 'Review promotion' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Choose at least one key');
  await page.getByRole('checkbox', { name: /billing\/ ?TOKEN/ }).press('Space');
  await page.keyboard.press('Tab');
  while (!(await page.getByRole('checkbox', { name: /queue\/ ?URL/ }).evaluate((box) => box === document.activeElement))) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Space');
  await page.getByRole('checkbox', { name: /queue\/ ?URL/ }).press('Enter');
  await expect(page.getByRole('heading', { name: 'Promote 2 keys from dev to prod?' })).toBeVisible();
  await expect(page.getByText('TOKEN is replaced')).toBeVisible();
  await expect(page.getByText('It is not in prod yet')).toBeVisible();
  await expect(page.getByText('prod is protected')).toBeVisible();
  await page.getByLabel('Note').fill('the release');
  await page.getByLabel('Note').press('Enter');
  await expect(page.getByText('Promoted 2 keys of 2 secrets to prod.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Same 3' })).toBeVisible();

  // What was promoted is the same now, and stands in the history.
  await page.goto(`${server.url}/compare?left=dev&right=prod&only=same`);
  await expect(page.getByRole('row', { name: /billing\/ ?TOKEN/ })).toContainText('Same');
  await gotoReady(page, `${server.url}/secrets?env=prod`);
  await page.getByRole('link', { name: 'billing' }).click();
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('kestrel new')).toBeVisible();
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Promoted' })).toContainText('the release');
});

test('the button counts the keys that are ticked', async ({ acme, page }) => {
  await page.goto(`${acme.url}/compare?left=dev&right=prod`);
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const box = page.getByRole('main').getByRole('checkbox').first();
  await expect(button('Review promotion')).toBeVisible();
  await box.check();
  await expect(button('Promote 1 key to prod…')).toBeVisible();
  await box.uncheck();
  await expect(button('Review promotion')).toBeVisible();
  await expect(page.getByRole('row', { name: /Only in dev/ }).last()).toContainText('prod does not have it');
});

test('whoever must give the password first is asked, and told then @both', async ({ signedIn: server, page }) => {
  test.skip(!(await server.endSudo()), 'only PostgreSQL lets us in');
  await page.goto(`${server.url}/compare?left=dev&right=prod`);
  await expect(page.getByText('Which values are the same is told after your password.')).toBeVisible();
  await page.getByRole('button', { name: 'Compare the values' }).click();
  await page.getByRole('main').getByLabel('Password', { exact: true }).fill('violet anchor drifts north');
  await page.getByRole('main').getByRole('button', { name: 'Confirm' }).click();
  await expect(page).toHaveURL(/compare\?left=dev&right=prod/);
  await expect(page.getByText('Which values are the same is told after your password.')).toHaveCount(0);
});
