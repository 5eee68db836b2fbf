import { expect, test } from '../support/test';

test('the audit log is followed, and nothing moves until it is asked for', async ({ acme, page }) => {
  await page.clock.install();
  await page.goto(`${acme.url}/audit?action=secret.create`);
  const first = await page.locator('tbody tr').first().innerText();
  await page.getByRole('link', { name: 'Follow live' }).click();
  await expect(page.getByRole('link', { name: 'Stop following' })).toBeVisible();
  const looked = page.waitForResponse(/audit/);
  await page.clock.fastForward(5_000);
  await (await looked).finished();
  await expect(page.getByRole('button', { name: 'Show them' })).toBeHidden();

  for (const name of ['late-1', 'late-2']) await acme.ask('/secrets', { environment: 'dev', name, values: { A: '1' } });
  await page.clock.fastForward(5_000);
  await expect(page.getByText('2 new events')).toBeVisible();
  expect(await page.locator('tbody tr').first().innerText()).toBe(first);
  await page.getByRole('button', { name: 'Show them' }).click();
  await expect(page.locator('tbody tr').first()).toContainText('late-2');

  // It goes on, says when the server is silent, and ends when it shall.
  await expect(page.getByRole('link', { name: 'Stop following' })).toBeVisible();
  await page.route('**/audit*', (route) => route.fulfill({ status: 503 }));
  await page.clock.fastForward(5_000);
  await expect(page.getByText('Nothing is heard from the server.')).toBeVisible();
  await page.unroute('**/audit*');
  await page.clock.fastForward(5_000);
  await expect(page.getByText('Nothing is heard from the server.')).toBeHidden();
  await page.getByRole('link', { name: 'Stop following' }).click();
  await expect(page.getByRole('link', { name: 'Follow live' })).toBeVisible();
  let asked = 0;
  page.on('request', () => asked++);
  await page.clock.fastForward(20_000);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  expect(asked).toBe(0);
});
