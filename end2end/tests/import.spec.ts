import { type Locator } from '@playwright/test';
import { expect, gotoReady, signIn, test } from '../support/test';

const ENV = "HOST=kestrel-one\nPORT=5432\nHOST=kestrel-two\n2FA=kestrel-three\nno sense\n";

test('a pasted .env is looked at, and becomes a secret @both', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await page.getByLabel('Text').fill(ENV);
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByText('3 variables read.')).toBeVisible();
  expect(await page.content()).not.toContain('kestrel');
  await expect(page.getByRole('img', { name: 'PORT, hidden' })).toHaveText('••••••••••••');
  await expect(page.getByRole('row', { name: /_2FA/ })).toContainText('dotenvy (Rust) refuses it.');

  // What to look at, by the keyboard alone; what is hidden is added all the same.
  await page.getByRole('radio', { name: 'All 4' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'New 3' })).toBeChecked();
  await expect(page.getByRole('row', { name: /Line 5/ })).toHaveCount(0);
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Problems 3' })).toBeChecked();
  await expect(page.getByRole('row', { name: /Line 5/ })).toContainText('Stays out');
  await expect(page.getByRole('row', { name: /PORT/ })).toHaveCount(0);
  await page.getByRole('radio', { name: 'All 4' }).check();
  await page.getByLabel('Add PORT').uncheck();
  await page.getByLabel('Line 1', { exact: true }).check();
  await page.getByLabel('Name of the secret').fill('imported');
  await page.getByRole('button', { name: /^Add/ }).click();
  await expect(page.getByRole('heading', { name: 'imported' })).toBeVisible();
  await expect(page.locator('html[data-hydrated]')).toBeAttached();
  await page.getByRole('button', { name: 'Show HOST' }).click();
  await expect(page.getByText('kestrel-one')).toBeVisible();

  // Into the same secret, from its editor; Back leads to where one came from.
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByRole('link', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Import into imported' })).toBeVisible();
  await page.getByLabel('Text').fill('HOST=kestrel-four\nPORT=1\n');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('row', { name: /HOST/ })).toContainText('Changes the value of version 1');
  await expect(page.getByRole('row', { name: /PORT/ })).toContainText('New');
  await page.goBack();
  await page.goForward();
  await page.getByRole('button', { name: /^Add/ }).click();
  await expect(page.getByText('Saved version 2.')).toBeVisible();
});

test('by keyboard alone, from a file, without scripts @nojs', async ({ ready: server, page }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/secrets/import`);
  await page
    .getByLabel('Or a file')
    .setInputFiles({ name: 'app.yaml', mimeType: 'text/yaml', buffer: Buffer.from('PORT: 5432\nLIST: [1]\n') });
  await page.getByLabel('Format').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Line 2, LIST, holds no text')).toBeVisible();
  await page.getByLabel('Name of the secret').focus();
  await page.keyboard.type('from-yaml');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'from-yaml' })).toBeVisible();
});

test('a file dropped on the list, and variables pasted into an editor, are shown before they are added', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets`);
  const file = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['HOST=kestrel-one\nPORT=1\n'], '.env'));
    return data;
  });
  await page.dispatchEvent('main', 'dragover', { dataTransfer: file });
  await expect(page.getByText('Drop the file to see what it would add.')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: file });
  await expect(page.getByText('2 variables read.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add 2 variables' })).toBeVisible();
  await page.getByLabel('Add PORT').uncheck();
  await page.getByLabel('Name of the secret').fill('dropped');
  await page.getByRole('button', { name: 'Add 1 variable', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'dropped' })).toBeVisible();

  await gotoReady(page, await page.getByRole('link', { name: 'Edit' }).evaluate((link: HTMLAnchorElement) => link.href));
  await page.getByRole('button', { name: 'Add key' }).click();
  const key = page.getByLabel('Key', { exact: true }).last();
  expect(await paste(key, 'ONE_KEY')).toBe('left to the browser');
  expect(await paste(page.getByLabel('Value of HOST'), '{"HOST":"a","USER":"b"}')).toBe('left to the browser');
  await paste(key, 'HOST=kestrel-two\nUSER=kestrel-three\n');
  await expect(page.getByRole('heading', { name: 'Import into dropped' })).toBeVisible();
  await expect(page.getByText('2 variables read.')).toBeVisible();
});

test('what the form of a new secret says goes along with what is pasted there', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom?env=prod`);
  await page.getByLabel('dev', { exact: true }).check();
  await page.getByLabel('Name', { exact: true }).fill('queue');
  await paste(page.getByLabel('Key', { exact: true }).first(), 'HOST=kestrel-one\nPORT=1\n');
  await expect(page.getByLabel('Name of the secret')).toHaveValue('queue');
  await expect(page.getByLabel('prod')).toBeChecked();
  await expect(page.getByLabel('dev', { exact: true })).toBeChecked();
  await expect(page.getByLabel('staging')).not.toBeChecked();
  await page.getByRole('button', { name: 'Add 2 variables' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'queue' })).toBeVisible();
});

test('JSON and YAML that are pasted on the list are shown too, and what only looks like them is not', async ({ signedIn: server, page }) => {
  const body = page.locator('body');
  await gotoReady(page, `${server.url}/secrets`);
  for (const text of [
    'https://kestrel.example.org/a?b=c',
    'Note: this\nand: that',
    'TODO: rotate it\nand DONE: tell them',
    'KESTREL: one',
    '{"KESTREL":"one"}',
    '["ONE","TWO"]',
    '{"ONE":',
  ]) {
    expect(await paste(body, text), text).toBe('left to the browser');
  }
  for (const [text, format] of [
    ['{"HOST":"kestrel-one","PORT":"1"}', 'JSON'],
    ['HOST: kestrel-one\nPORT: 1', 'YAML'],
    ['# of the queue\r\nPORT: 1\r\nKEY: |\r\n  kestrel\r\n  A=1\r\n', 'YAML'],
    ['HOST=kestrel-one\nPORT=1', '.env'],
  ]) {
    await gotoReady(page, `${server.url}/secrets`);
    await paste(body, text);
    await expect(page.getByText('2 variables read.'), format).toBeVisible();
  }
});

/** Pastes a text as a person does, and says who takes it. */
function paste(where: Locator, text: string): Promise<string> {
  return where.evaluate((element, text) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', text);
    const event = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
    return element.dispatchEvent(event) ? 'left to the browser' : 'sent to the preview';
  }, text);
}
