import { EMAIL, PASSWORD, expect, signIn, test, openMore } from '../support/test';

test('the first secret needs no scripts: set up, create, fail, mend, delete, undo @nojs', async ({
  server,
  page,
}) => {
  await page.goto(server.url);
  // A wrong code loses nothing else that was typed.
  await page.getByLabel('Setup code').fill('AAAA-AAAA-AAAA-AAAA');
  await page.getByLabel('Your name').fill('Mara Kovac');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Workspace').fill('Acme');
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByText('This is not the setup code.')).toBeVisible();
  await expect(page.getByLabel('Your name')).toHaveValue('Mara Kovac');
  await expect(page.getByLabel('Workspace')).toHaveValue('Acme');
  await page.getByLabel('Setup code').fill(await server.setupCode());
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Welcome to Keyloft' })).toBeVisible();
  await page.getByRole('link', { name: 'New secret' }).click();

  // Search is a form, a template a link.
  await page.getByRole('searchbox').fill('hugging');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.getByRole('link', { name: /Hugging Face/ }).first().click();
  await page.getByLabel('Value of HF_TOKEN').fill('hf_kept_value');
  await page.getByLabel('Name', { exact: true }).fill('hugging face');
  await page.getByRole('button', { name: 'Create secret' }).click();
  // It failed: the form is drawn again, the value is kept and not shown.
  await expect(page.getByText('Names use letters, digits, dots, dashes and underscores.').first()).toBeVisible();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('hugging face');
  expect(await page.content()).not.toContain('hf_kept_value');
  expect(page.url()).not.toContain('hf_kept_value');
  await page.getByLabel('Name', { exact: true }).fill('huggingface');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('heading', { name: 'huggingface' })).toBeVisible();
  expect(await page.content()).not.toContain('hf_kept_value');

  // Edit keeps what is not typed.
  await page.getByRole('link', { name: 'Edit' }).click();
  await page.getByLabel('Note').fill('nothing but a note');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved version 2.')).toBeVisible();

  await openMore(page);
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Restored from the trash.')).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await signIn(page, server);
  await expect(page.getByRole('link', { name: 'huggingface' })).toBeVisible();
});

test('signing in wrongly says so, keeps the address, and goes on to the page that was asked for @nojs', async ({
  ready: server,
  page,
}) => {
  await page.goto(`${server.url}/environments?x=1`);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Wrong e-mail address or password');
  await expect(page.getByLabel('E-mail')).toHaveValue(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/environments\?x=1/);
});
