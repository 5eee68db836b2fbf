import AxeBuilder from '@axe-core/playwright';
import { type Page } from '@playwright/test';
import { expect, gotoReady, hydrated, test } from '../support/test';

/** Makes a secret with a plain key and two hidden ones, and leads to its editor. */
async function edited(page: Page, url: string): Promise<string> {
  await gotoReady(page, `${url}/secrets/new/custom?env=dev`);
  await page.getByLabel('Name', { exact: true }).fill('billing');
  const rows = [['HOST', 'kestrel-a'], ['TOKEN', 'kestrel-1'], ['OLD', 'kestrel-x']];
  for (const [index, [key, value]] of rows.entries()) {
    await page.getByLabel('Key', { exact: true }).nth(index).fill(key!);
    await page.getByLabel(`Value of ${key}`).fill(value!);
  }
  await page.getByLabel('Who sees HOST').selectOption('Plain');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Created.')).toBeVisible();
  const edit = page.url().replace(/\?.*/, '') + '/edit';
  await gotoReady(page, edit);
  return edit;
}

test('a review shows what a save would change, and takes the note', async ({ signedIn: server, page }) => {
  await edited(page, server.url);
  await expect(page.getByText('No changes yet')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review and save' })).toBeDisabled();
  await page.getByLabel('Value of HOST').fill('kestrel-b');
  await page.getByLabel('Value of TOKEN').fill('kestrel-2');
  await page.getByRole('button', { name: 'Remove OLD' }).click();
  await page.getByLabel('Key', { exact: true }).last().fill('NEW');
  await page.getByLabel('Value of NEW').fill('kestrel-n');
  await page.getByLabel('Tags').fill('money');
  await expect(page.getByText('5 unsaved changes')).toBeVisible();

  // By keys alone: what would be saved, what it was and is, and back to the form.
  await page.keyboard.press('Control+Enter');
  const review = page.getByRole('dialog', { name: 'Save version 2 of billing in dev?' });
  await expect(review).toBeVisible();
  await expect(review.getByRole('listitem')).toHaveText([
    'Tags: money', 'HOST kestrel-a', 'HOST kestrel-b', 'TOKEN gets another value, hidden Show both',
    'NEW is added, hidden Show', 'OLD is removed',
  ]);
  await review.getByRole('button', { name: 'Show both of TOKEN' }).click();
  await expect(review.getByText('TOKEN kestrel-1')).toBeVisible();
  await expect(review.getByText('TOKEN kestrel-2')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => found.id)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(review).toBeHidden();
  await expect(page.getByLabel('Value of TOKEN')).toHaveValue('kestrel-2');

  await page.keyboard.press('Control+Enter');
  await expect(review).toBeVisible();
  // What was shown is hidden again.
  await expect(review.getByText('TOKEN kestrel-1')).toBeHidden();
  await review.getByLabel('Note').fill('the new primary');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Saved version 2.')).toBeVisible();
  await expect(page.locator('output.value', { hasText: 'kestrel-b' })).toBeVisible();
  await page.getByRole('link', { name: 'History' }).click();
  await expect(page.getByText('the new primary')).toBeVisible();
});

test('whoever leaves with something unsaved is asked, and finds it again', async ({ signedIn: server, page }) => {
  await edited(page, server.url);
  const editing = page.getByRole('heading', { level: 1, name: 'Edit billing' });
  // With nothing changed, Esc and Cancel leave.
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1, name: 'billing', exact: true })).toBeVisible();
  await page.keyboard.press('e');
  await expect(editing).toBeVisible();

  const value = page.getByLabel('Value of TOKEN');
  await value.fill('kestrel-2');
  await value.blur();
  const ask = page.getByRole('dialog', { name: 'Leave without saving?' });
  await page.keyboard.press('Escape');
  await expect(ask).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(ask).toBeHidden();
  await expect(value).toHaveValue('kestrel-2');
  await page.getByRole('link', { name: 'Cancel' }).click();
  await ask.getByRole('button', { name: 'Keep editing' }).click();
  await expect(ask).toBeHidden();
  await expect(editing).toBeVisible();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await ask.getByRole('link', { name: 'Leave', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'billing', exact: true })).toBeVisible();
  await page.keyboard.press('e');
  await expect(page.getByText('What you typed before is back. It was never saved.')).toBeVisible();
  await expect(page.getByText('1 unsaved change')).toBeVisible();
});

test('rows go by keys, and say what becomes of them', async ({ signedIn: server, page }) => {
  await edited(page, server.url);
  // What a plain key holds is seen before it is changed.
  await expect(page.getByLabel('Value of HOST')).toHaveAttribute('placeholder', 'kestrel-a');
  await expect(page.getByLabel('Value of TOKEN')).toHaveAttribute('placeholder', 'Unchanged');

  const keys = page.getByLabel('Key', { exact: true });
  await keys.nth(3).fill('NEW');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Value of NEW')).toBeFocused();
  await page.keyboard.type('one');
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('two');
  // Whoever types several lines goes on with them.
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Value of NEW')).toHaveValue('one\ntwo\n');
  await page.getByLabel('Value of NEW').fill('one');
  await page.keyboard.press('Enter');
  await expect(keys.nth(4)).toBeFocused();
  await page.keyboard.type('T');
  await expect(keys).toHaveCount(6);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Backspace');
  await expect(keys).toHaveCount(5);
  await expect(page.getByLabel('Value of NEW')).toBeFocused();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(page.getByLabel('Value of NEW')).toBeFocused();
  await expect(keys.nth(2)).toHaveValue('NEW');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(keys.nth(3)).toHaveValue('NEW');

  const row = (key: string) => page.locator('.editor-row', { has: page.getByLabel(`Value of ${key}`) });
  await expect(row('NEW')).toContainText('New');
  await page.getByLabel('Value of TOKEN').fill('kestrel-2');
  await expect(row('TOKEN')).toContainText('Changed');
  await keys.nth(4).fill('HOST');
  await expect(page.getByText('Row 1 has the same key. Keys are unique in a secret.')).toBeVisible();
  await keys.nth(4).fill('');
  await page.getByRole('button', { name: 'Remove OLD' }).press('Enter');
  await expect(page.getByText('OLD is removed with the next save.')).toBeVisible();
  await expect(keys.nth(2), 'the row after it has the focus').toBeFocused();
  await expect(page.getByText('3 unsaved changes')).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => found.id)).toEqual([]);
  // What comes back from a draft knows what was taken out of it.
  await expect(page.getByText('3 unsaved changes. Kept')).toBeVisible();
  await page.reload();
  await hydrated(page);
  await page.getByRole('button', { name: 'Put OLD back' }).click();
  await expect(page.getByText('2 unsaved changes')).toBeVisible();
  await expect(page.getByLabel('Value of OLD')).toHaveAttribute('placeholder', 'Unchanged');
});

test('a key goes to its value by Enter, and the form is not sent', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom?env=dev`);
  await page.getByLabel('Name', { exact: true }).fill('billing');
  await page.getByLabel('Key', { exact: true }).first().fill('FIRST');
  await page.keyboard.press('Enter');
  await page.keyboard.type('1');
  await page.keyboard.press('Enter');
  await page.keyboard.type('SECOND');
  await page.keyboard.press('Enter');
  await page.keyboard.type('2');
  await expect(page.getByLabel('Value of FIRST')).toHaveValue('1');
  await expect(page.getByLabel('Value of SECOND')).toHaveValue('2');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Created.')).toBeVisible();
});

test('whoever changes or deletes what programs read is told who they are', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}/edit`);
  await page.getByLabel('Tags').fill('data, db');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await expect(page.getByRole('dialog').getByText(/read it in the last 30 days\.$/)).toBeVisible();
  await page.keyboard.press('Escape');

  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('button', { name: 'Delete' }).click();
  const ask = page.getByRole('dialog', { name: 'Delete billing-postgres?' });
  await expect(ask.getByText(/read it in the last 30 days\.$/)).toBeVisible();
  await expect(ask.getByRole('button', { name: 'Delete secret' })).toBeDisabled();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => found.id)).toEqual([]);
  await ask.getByLabel('Type billing-postgres to delete it').fill('billing-postgres');
  await ask.getByRole('button', { name: 'Delete secret' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
});

test('what somebody else saved is laid beside what is typed, key by key', async ({ signedIn: server, page, context }) => {
  const edit = await edited(page, server.url);
  const other = await context.newPage();
  await gotoReady(other, edit);
  await other.getByLabel('Value of HOST').fill('kestrel-theirs');
  await other.getByLabel('Value of TOKEN').fill('kestrel-theirs');
  await other.getByRole('button', { name: 'Remove OLD' }).click();
  await other.getByLabel('Key', { exact: true }).last().fill('NEW');
  await other.getByLabel('Value of NEW').fill('kestrel-n');
  await other.getByRole('button', { name: 'Review and save' }).click();
  await other.getByRole('button', { name: 'Save version 2' }).click();
  await expect(other.getByText('Saved version 2.')).toBeVisible();
  await other.close();

  await page.getByLabel('Value of HOST').fill('kestrel-mine');
  await page.getByLabel('Value of TOKEN').fill('kestrel-mine');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('button', { name: 'Save version 2' }).click();
  const told = page.getByRole('alert').filter({ hasText: 'Not saved: someone else saved in between' });
  await expect(told.getByText('NEW was added; you left it alone.')).toBeVisible();
  await expect(told.getByText('OLD was removed; you left it alone.')).toBeVisible();
  // Both values of a plain key are seen.
  const host = told.getByRole('group', { name: 'HOST was changed to “kestrel-theirs”, and you changed it too:' });
  await expect(host.getByLabel('Keep mine, “kestrel-mine”')).toBeChecked();
  await host.getByLabel('Take theirs').check();
  await expect(told.getByRole('group', { name: /^TOKEN was changed/ }).getByLabel('Keep mine')).toBeChecked();
  await told.getByRole('button', { name: 'Go on from version 2' }).click();

  await expect(page.getByText('1 unsaved change', { exact: true })).toBeVisible();
  await expect(page.getByLabel('Value of HOST')).toHaveValue('');
  await expect(page.getByLabel('Value of TOKEN')).toHaveValue('kestrel-mine');
  await expect(page.getByLabel('Value of NEW')).toHaveValue('');
  await expect(page.getByLabel('Value of OLD')).toHaveCount(0);
  await page.getByRole('button', { name: 'Review and save' }).click();
  await expect(page.getByRole('dialog').getByRole('listitem')).toHaveText(['TOKEN gets another value, hidden Show both']);
  await page.getByRole('button', { name: 'Save version 3' }).click();
  await expect(page.getByText('Saved version 3.')).toBeVisible();
  await expect(page.locator('output.value', { hasText: 'kestrel-theirs' })).toBeVisible();
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.locator('output.value', { hasText: 'kestrel-mine' })).toBeVisible();
});

test('what is typed outlives a closed tab, and goes once it is saved @both', async ({ signedIn: server, page, context }) => {
  const edit = await edited(page, server.url);
  await page.getByLabel('Value of TOKEN').fill('kestrel-draft');
  await page.getByRole('button', { name: 'Remove OLD' }).click();
  await expect(page.getByText('2 unsaved changes. Kept as a draft.')).toBeVisible();
  await page.close({ runBeforeUnload: false });

  let again = await context.newPage();
  await gotoReady(again, edit);
  await expect(again.getByText('What you typed before is back.')).toBeVisible();
  await expect(again.getByText('2 unsaved changes')).toBeVisible();
  await expect(again.getByLabel('Value of OLD')).toHaveCount(0);
  await expect(again.getByLabel('Value of TOKEN')).toHaveAttribute('placeholder', 'As typed before');
  expect(await again.content()).not.toContain('kestrel-draft');

  // It is typed on, and comes back once more with what both pages added.
  await again.getByLabel('Value of HOST').fill('kestrel-b');
  await expect(again.getByText('3 unsaved changes. Kept as a draft.')).toBeVisible();
  await again.close({ runBeforeUnload: false });
  again = await context.newPage();
  await gotoReady(again, edit);
  await expect(again.getByText('3 unsaved changes')).toBeVisible();
  await again.getByRole('button', { name: 'Review and save' }).click();
  await again.getByRole('button', { name: 'Save version 2' }).click();
  await expect(again.getByText('Saved version 2.')).toBeVisible();
  await again.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(again.locator('output.value', { hasText: 'kestrel-draft' })).toBeVisible();
  await expect(again.locator('output.value', { hasText: 'kestrel-b' })).toBeVisible();
  await gotoReady(again, edit);
  await expect(again.getByText('What you typed before is back.')).toHaveCount(0);
  await again.close();
});

test('a draft says when the server is gone, is kept once it is back, and can be discarded', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom?env=dev`);
  await page.route('**/fn/secrets/keep-unsaved', (route) => route.fulfill({ status: 503, body: '"Transport"' }));
  await page.clock.install();
  await gotoReady(page, `${server.url}/secrets/new/custom?env=dev`);
  await page.getByLabel('Name', { exact: true }).fill('later');
  await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
  await page.clock.runFor(2_000);
  await expect(page.getByText('Not kept as a draft: The server was not reached.')).toBeVisible();
  await page.unroute('**/fn/secrets/keep-unsaved');
  await page.clock.runFor(11_000);
  await expect(page.getByText('Kept as a draft.', { exact: true })).toBeVisible();
  await gotoReady(page, `${server.url}/secrets/new/custom?env=dev`);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('later');
  await page.getByRole('button', { name: 'Discard it' }).click();
  await expect(page).toHaveURL(/\/secrets\/new$/);
  await gotoReady(page, `${server.url}/secrets/new/custom?env=dev`);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('');
});

test('a draft of an earlier version is laid beside what was saved since', async ({ signedIn: server, page, context }) => {
  const edit = await edited(page, server.url);
  await page.getByLabel('Value of TOKEN').fill('kestrel-draft');
  await expect(page.getByText('1 unsaved change. Kept as a draft.')).toBeVisible();
  await page.close({ runBeforeUnload: false });
  const command = await context.newPage();
  await command.goto(edit.replace('/edit', '/rotate?key=HOST'));
  await command.locator('[name="value-HOST"]').fill('kestrel-rotated');
  await command.getByRole('button', { name: 'Rotate', exact: true }).click();
  await expect(command.getByText(/^Rotated\./)).toBeVisible();
  await gotoReady(command, edit);
  await expect(command.getByText('Someone saved since you typed this')).toBeVisible();
  await expect(command.getByText('HOST was changed to “kestrel-rotated”; you left it alone.')).toBeVisible();
  await expect(command.getByText('is removed with the next save')).toBeHidden();
  await command.getByRole('button', { name: 'Go on from version 2' }).click();
  await command.getByRole('button', { name: 'Review and save' }).click();
  await command.getByRole('button', { name: 'Save version 3' }).click();
  await expect(command.getByText('Saved version 3.')).toBeVisible();
  await expect(command.locator('output.value', { hasText: 'kestrel-rotated' })).toBeVisible();
});

test('a secret is made in several environments at once, or in none of them', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets/new/custom?env=staging`);
  await expect(page.getByLabel('staging')).toBeChecked();
  await expect(page.getByLabel('dev', { exact: true })).not.toBeChecked();
  await page.getByLabel('Name', { exact: true }).fill('stripe');
  await page.getByLabel('Key', { exact: true }).first().fill('STRIPE_SECRET_KEY');
  await page.getByLabel('Value of STRIPE_SECRET_KEY').fill('sk_test_kestrel');

  // None at all is told at its field, to which the summary leads.
  await page.getByLabel('staging').uncheck();
  await page.getByRole('button', { name: 'Create secret' }).click();
  const group = page.getByRole('group', { name: 'Environments' });
  await expect(group.getByText('It takes at least one environment.')).toBeVisible();
  await page.getByRole('link', { name: 'Environments: It takes at least one environment.' }).click();
  await expect(group).toBeFocused();

  // In one of three the name is taken: nothing is made, and it is said where.
  for (const name of ['dev', 'staging', 'prod']) await group.getByLabel(name).check();
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(group.getByText('In prod another secret has this name.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Open the secret that has this name' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((found) => found.id)).toEqual([]);
  await page.getByRole('link', { name: /^Environments: In one of these environments/ }).click();
  await expect(group).toBeFocused();

  // A tick is kept as what is typed is.
  await group.getByLabel('prod').uncheck();
  await expect(page.getByText('Kept as a draft.', { exact: true })).toBeVisible();
  await page.reload();
  await hydrated(page);
  for (const [name, ticked] of [['dev', true], ['staging', true], ['prod', false]] as const) {
    await expect(group.getByLabel(name)).toBeChecked({ checked: ticked });
  }
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByText('Created in 2 environments. Programs can read it in each now.')).toBeVisible();
  const found = (await acme.ask('/secrets?search=stripe')) as { secrets: { environment: string }[] };
  expect(found.secrets.map(({ environment }) => environment).sort()).toEqual(['dev', 'prod', 'staging']);
});

test('one hidden value is shown at a time', async ({ acme, page }) => {
  await gotoReady(page, `${acme.url}/secrets?q=stripe`);
  await page.getByRole('link', { name: 'stripe' }).click();
  await page.getByRole('button', { name: 'Show STRIPE_SECRET_KEY' }).click();
  await expect(page.getByText('sk_live_abc')).toBeVisible();
  await page.getByRole('button', { name: 'Show STRIPE_WEBHOOK_SECRET' }).click();
  await expect(page.getByText('whsec_abc')).toBeVisible();
  await expect(page.getByText('sk_live_abc')).toBeHidden();
});
