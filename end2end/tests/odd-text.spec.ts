import { expect, gotoReady, test } from '../support/test';

const ARABIC = 'كلمة السر للإنتاج';
const FAMILY = '👩‍👩‍👧‍👦';

test('names that differ in their case alone are two, beside each other', async ({ acme, page }) => {
  for (const name of ['Queue', 'QUEUE', 'queue']) {
    await acme.ask('/secrets', { environment: 'dev', name, values: { Token: name, TOKEN: 'b', token: 'c' } });
  }
  await gotoReady(page, `${acme.url}/secrets?env=dev`);
  await page.getByRole('searchbox').fill('QueUe');
  await expect(page.getByRole('main').getByRole('status').first()).toHaveText('3 secrets');
  await page.getByRole('link', { name: 'QUEUE', exact: true }).click();
  await page.getByRole('button', { name: 'Show Token', exact: true }).click();
  await expect(page.getByText('QUEUE', { exact: true }).locator('visible=true')).toHaveCount(2);
});

test('notes, values and people in any script stay what they are, and push nothing aside', async ({ acme, page }) => {
  const value = `${FAMILY} ${ARABIC}\n\u202Eevil\u202C`;
  const { id } = await acme.ask('/secrets', {
    environment: 'dev',
    name: 'scripts',
    values: { WORDS: { value, kind: 'plain' } },
    note: `${ARABIC} ${FAMILY} \u202Eneedle`,
  });
  await gotoReady(page, `${acme.url}/secrets/${id}`);
  await expect(page.locator('output.value')).toHaveText(value, { useInnerText: true });
  await expect(page.getByText(ARABIC).first()).toBeVisible();
  // Text that runs the other way ends where it ends: what follows it is not turned around.
  const turned = await page.locator('.facts dd', { hasText: ARABIC }).evaluate((note) => getComputedStyle(note).unicodeBidi);
  expect(turned).toMatch(/isolate|plaintext/);

  await gotoReady(page, `${acme.url}/settings/account`);
  await page.getByLabel('Name', { exact: true }).fill(`${FAMILY} ${ARABIC}`);
  await page.getByRole('button', { name: 'Save profile' }).click();
  await expect(page.locator('.who-name')).toHaveText(`${FAMILY} ${ARABIC}`);
  await gotoReady(page, `${acme.url}/secrets`);
  await expect(page.locator('.who-name')).toHaveText(`${FAMILY} ${ARABIC}`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways).toBe(0);

  // Names and tags are words that programs type, and say so.
  await gotoReady(page, `${acme.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill(FAMILY);
  await page.getByLabel('Tags').fill(ARABIC);
  await page.getByLabel('Key', { exact: true }).first().fill('A');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('alert')).toContainText('Names use letters, digits, dots, dashes and underscores.');
});

test('200 tags can be filtered by, and a secret says how many it takes', async ({ acme, page }) => {
  for (let n = 0; n < 10; n++) {
    const tags = Array.from({ length: 20 }, (_, tag) => `tag-${n * 20 + tag}`);
    await acme.ask('/secrets', { environment: 'staging', name: `tagged-${n}`, values: { A: '1' }, tags });
  }
  await gotoReady(page, `${acme.url}/secrets`);
  await page.getByLabel('All tags').selectOption('tag-137');
  await expect(page.getByRole('main').getByRole('status').first()).toHaveText('1 secret');
  await expect(page.getByRole('link', { name: 'tagged-6' })).toBeVisible();
  await gotoReady(page, `${acme.url}/secrets/${acme.made.secret}/edit`);
  await page.getByLabel('Tags').fill(Array.from({ length: 200 }, (_, n) => `tag-${n}`).join(' '));
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('button', { name: 'Save version 3' }).click();
  await expect(page.getByRole('alert').first()).toContainText('200');
  await expect(page.getByRole('alert').first()).toContainText('20 ');
});

test('files and pastes that are too much or no text are told in a sentence, on the page they came from', async ({ acme, page }) => {
  const choose = async (name: string, buffer: Buffer) => {
    await page.goto(`${acme.url}/secrets/import`);
    await page.getByLabel('Or a file').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await page.getByRole('button', { name: 'Preview' }).click();
  };
  const lines = Array.from({ length: 20_000 }, (_, n) => `KEY_${n}=value ${n}`).join('\n');
  await choose('.env', Buffer.from(lines));
  await expect(page.getByRole('alert')).toContainText('The text has 20000 variables, and a secret holds at most 512.');
  await choose('image.env', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0xff]));
  await expect(page.getByRole('alert')).toContainText('This is no text file');
  await choose('windows.env', Buffer.from('\ufeffWIDE=1\r\n', 'utf16le'));
  await expect(page.getByLabel('Add WIDE')).toBeChecked();
  // What is too much is not sent: the field says so, and the page where it is dropped.
  await choose('dump.env', Buffer.alloc(5 << 20, 'a'));
  const told = await page.getByLabel('Or a file').evaluate((field: HTMLInputElement) => field.validationMessage);
  expect(told).toContain('larger than 1 MiB');
  await expect(page).toHaveURL(/\/secrets\/import$/);
  await gotoReady(page, `${acme.url}/secrets`);
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(['a'.repeat(2 << 20)], 'dump.env'));
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
  });
  await expect(page.getByRole('alert')).toContainText('larger than 1 MiB');
  await page.keyboard.press('Shift');
  await expect(page.getByRole('alert')).toBeHidden();

  await page.goto(`${acme.url}/secrets/import`);
  await page.getByLabel('Text').fill(Array.from({ length: 600 }, (_, n) => `K${n}=v`).join('\n'));
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('alert')).toContainText('The text has 600 variables, and a secret holds at most 512.');
});
