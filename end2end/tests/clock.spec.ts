import { expect, gotoReady, test } from '../support/test';

test.describe('a browser at the other end of the world', () => {
  test.use({ timezoneId: 'Pacific/Kiritimati', locale: 'ar-EG' });

  test('reads the same times and days as everybody', async ({ acme, page }) => {
    await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
    const changed = page.locator('.facts time').first();
    await expect(changed).toHaveText(/^(just now|\d+ min ago)$/);
    await expect(changed).toHaveAttribute('title', / UTC$/);
    await page.goto(`${acme.url}/secrets/${acme.made.secret}/schedule`);
    await expect(page.getByLabel('Or on a day')).toHaveValue('2026-01-31');
  });
});

test('a clock that is wrong, by hours or by years, tells times as the server has them', async ({ acme, page }) => {
  const wrong = [Date.now() - 3 * 3_600_000, Date.now() + 3 * 3_600_000, Date.parse('2001-01-01'), Date.parse('2099-12-31')];
  for (const clock of wrong) {
    await page.clock.setFixedTime(clock);
    await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
    await expect(page.locator('.facts time').first()).toHaveText(/^(just now|\d+ min ago)$/);
  }
});

test('a page that the server draws tells times in the same words, and the audit log in full', async ({ acme, page }) => {
  // By the server's clock, whatever the browser's says.
  await page.clock.setFixedTime('2001-01-01');
  await page.goto(`${acme.url}/secrets/${acme.made.secret}/history`);
  const made = page.locator('main time').first();
  await expect(made).toHaveText(/^(just now|\d+ min ago)$/);
  await expect(made).toHaveAttribute('title', / UTC$/);
  await page.goto(`${acme.url}/audit`);
  await expect(page.locator('main time').first()).toHaveText(/ UTC$/);
});

test('a value hides once another page covers it', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
  await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
  await expect(page.getByRole('button', { name: 'Hide PGPASSWORD' })).toBeVisible();
  // Headless Chromium covers no page by itself.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  });
  await expect(page.getByRole('button', { name: 'Show PGPASSWORD' })).toBeVisible();
  await expect(page.locator('output.value', { hasText: /./ }).filter({ hasText: 'secret' })).toHaveCount(0);
});

test('a value hides in time though the clock jumps', async ({ acme, page }) => {
  await page.clock.install();
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
  await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
  await expect(page.getByText('correct-horse')).toBeVisible();
  // The machine was asleep: on waking it is gone with the first second.
  await page.clock.fastForward(3_600_000);
  await expect(page.getByText('correct-horse')).toBeHidden();
});

test('that a session ends is said two minutes before, and whoever is there goes on', async ({ signedIn: server, page }) => {
  await page.clock.install();
  for (const path of ['/secrets', '/members']) {
    await gotoReady(page, server.url + path);
    const hint = page.getByText('Your session ends in two minutes');
    await page.clock.runFor(27 * 60_000);
    await expect(hint, path).toBeHidden();
    await page.clock.runFor(70_000);
    await expect(hint, path).toBeVisible();
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await expect(hint, path).toBeHidden();
    await page.clock.runFor(28 * 60_000 + 10_000);
    await expect(hint, path).toBeVisible();
    await page.clock.runFor(120_000);
    await expect(page.getByText('Your session ended.'), path).toBeVisible();
    await expect(page.getByRole('button', { name: 'Stay signed in' }), path).toBeHidden();
  }

  // It ends after twelve hours however much it is used: nothing keeps it then.
  await page.addInitScript(() => {
    const soon = () => document.querySelector('.session-hint')?.setAttribute('data-ends', '60000');
    new MutationObserver(soon).observe(document, { childList: true, subtree: true });
  });
  await gotoReady(page, `${server.url}/secrets`);
  await page.clock.runFor(10_000);
  await expect(page.getByText('Your session ends in two minutes. Save what you began')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stay signed in' })).toBeHidden();
});
