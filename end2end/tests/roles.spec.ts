import { ADDRESSES } from '../support/routes';
import { expect, gotoReady, test, watchConsole } from '../support/test';

test('a viewer sees what they may not do, and why', async ({ acme, browser }) => {
  const page = await acme.join(browser, 'vera@example.org', 'Vera Lind', 'viewer');
  const complaints = watchConsole(page);
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
  await expect(page.getByText('Your role here may not change secrets')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Delete' })).toHaveCount(0);
  await expect(page.getByText('Your role may not reveal it').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show PGPASSWORD' })).toHaveCount(0);

  // The keys and the menu of a row say the same.
  await gotoReady(page, `${acme.url}/secrets`);
  await page.getByRole('link', { name: 'stripe' }).focus();
  await page.keyboard.press('e');
  await expect(page.getByRole('alert').getByText('Your role here may not change secrets')).toBeVisible();
  await page.getByRole('button', { name: 'More of stripe' }).click();
  await expect(page.getByRole('button', { name: 'Edit' })).toHaveAttribute('title', /^Your role here may not /);
  await page.keyboard.press('Escape');

  // Every page answers in words, none with a mistake of the server, and what is offered can be used or says why not.
  for (const addresses of Object.values(ADDRESSES)) {
    for (const path of addresses(acme.made)) {
      const answer = await page.goto(acme.url + path);
      expect.soft(answer?.status(), path).toBeLessThan(500);
      await expect.soft(page.locator('h1'), path).toHaveCount(1);
      const silent = await page
        .locator('main [aria-disabled=true]')
        .evaluateAll((controls) => controls.filter((control) => !control.getAttribute('aria-describedby') && !control.getAttribute('title')).map((control) => control.outerHTML));
      expect.soft(silent, `${path}: refused without a reason`).toEqual([]);
    }
  }
  const refused: [string, string][] = [
    ['/secrets/new/custom', 'Create secret'],
    ['/secrets/import', 'Preview'],
    [`/secrets/${acme.made.secret}/edit`, 'Review and save'],
    ['/tokens/new', 'Make token'],
    ['/environments', 'Add environments'],
  ];
  for (const [path, name] of refused) {
    await gotoReady(page, acme.url + path);
    const button = page.getByRole('main').getByRole('button', { name });
    await expect.soft(button, path).toHaveAttribute('aria-disabled', 'true');
    await expect.soft(button, path).toHaveAttribute('title', /^Your role here may not /);
  }
  await gotoReady(page, `${acme.url}/secrets`);
  for (const name of ['New secret', 'Import']) {
    await expect(page.getByRole('main').getByRole('button', { name })).toHaveAttribute('title', /^Your role here may not /);
  }
  await gotoReady(page, `${acme.url}/secrets/new/custom`);
  await expect(page.getByText('Your role here may not change secrets')).toBeVisible();
  expect(complaints).toEqual([]);
  await page.context().close();
});
