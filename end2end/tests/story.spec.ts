import { EMAIL, PASSWORD, expect, gotoReady, hydrated, test, openMore } from '../support/test';

test('from the setup code to a secret that was made, found, read, edited, deleted and restored @both', async ({
  server,
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });

  // Set up, with the code that only the server's output shows.
  await page.goto(server.url);
  await expect(page).toHaveURL(/\/setup$/);
  await page.getByLabel('Setup code').fill(await server.setupCode());
  await page.getByLabel('Your name').fill('Mara Kovac');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('Workspace').fill('Acme');
  await page.getByRole('button', { name: 'Set up' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Welcome to Keyloft' })).toBeVisible();

  // Sign out and in again.
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/secrets$/);
  await hydrated(page);
  await expect(page.getByText('No secrets yet')).toBeVisible();

  // Postgres from a pasted URL.
  await page.getByRole('link', { name: 'New secret' }).first().click();
  await page.getByRole('link', { name: /^P? ?PostgreSQL|^P? ?Postgres/ }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('prod-postgres');
  await page.getByLabel('Connection URL').fill(
    'postgres://app:p%40ss%20word@db-1.internal:6432/orders?sslmode=require',
  );
  await page.getByRole('button', { name: 'Fill keys' }).click();
  await expect(page.getByText(/^Filled PG/)).toBeVisible();
  await expect(page.getByLabel('Value of PGHOST')).toHaveValue('db-1.internal');
  await expect(page.getByLabel('Value of PGPASSWORD')).toHaveValue('p@ss word');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('heading', { name: 'prod-postgres' })).toBeVisible();
  await expect(page.getByText('Created. Programs can read it now.')).toBeVisible();
  await expect(page.locator('output.value', { hasText: 'db-1.internal' })).toBeVisible();

  // Hugging Face, with a pattern that warns and does not block.
  await gotoReady(page, `${server.url}/secrets/new/huggingface`);
  await page.getByLabel('Name', { exact: true }).fill('huggingface');
  await page.getByLabel('Value of HF_TOKEN').fill('not-a-token');
  await expect(page.getByText('This does not look as usual')).toBeVisible();
  await page.getByRole('button', { name: 'Create secret' }).click();
  await expect(page.getByRole('heading', { name: 'huggingface' })).toBeVisible();

  // Find it by a key's name; the address holds the search.
  await page.getByRole('link', { name: 'Secrets', exact: true }).first().click();
  await page.getByRole('searchbox').fill('pgpass');
  await expect(page).toHaveURL(/q=pgpass/);
  await expect(page.getByRole('link', { name: 'huggingface' })).toBeHidden();
  await page.reload();
  await hydrated(page);
  await page.getByRole('link', { name: 'prod-postgres' }).click();

  // Reveal one value, and copy another without showing it.
  await expect(page.getByText('p@ss word')).toBeHidden();
  await page.getByRole('button', { name: 'Show PGPASSWORD' }).click();
  await expect(page.locator('output.value', { hasText: 'p@ss word' })).toBeVisible();
  await page.getByRole('button', { name: 'Hide PGPASSWORD' }).click();
  await expect(page.getByText('p@ss word')).toBeHidden();
  await page.getByRole('button', { name: 'Copy PGPASSWORD' }).click();
  await expect(page.getByText('Copied PGPASSWORD')).toBeVisible();
  // The page itself may not read the clipboard: pasting shows what is there.
  const scratch = await context.newPage();
  await gotoReady(scratch, `${server.url}/secrets/new`);
  await scratch.getByRole('searchbox').press('Control+V');
  await expect(scratch.getByRole('searchbox')).toHaveValue('p@ss word');
  await scratch.close();

  // Edit it in two tabs: the second is told who won, and keeps what it typed.
  const edit = page.url().replace(/\?.*/, '') + '/edit';
  const other = await context.newPage();
  await gotoReady(other, edit);
  await gotoReady(page, edit);
  await page.getByLabel('Value of PGHOST').fill('db-2.internal');
  await page.getByRole('button', { name: 'Review and save' }).click();
  await page.getByRole('button', { name: 'Save version 2' }).click();
  await expect(page.getByText('Saved version 2.')).toBeVisible();
  await expect(page.locator('output.value', { hasText: 'db-2.internal' })).toBeVisible();
  await other.getByLabel('Value of PGUSER').fill('app2');
  await other.getByRole('button', { name: 'Review and save' }).click();
  await other.getByRole('button', { name: 'Save version 2' }).click();
  await expect(other.getByText('Not saved: someone else saved in between')).toBeVisible();
  await expect(other.getByText('Mara Kovac saved version 2')).toBeVisible();
  await expect(other.getByLabel('Value of PGUSER')).toHaveValue('app2');
  await other.getByRole('button', { name: 'Go on from version 2' }).click();
  await other.getByRole('button', { name: 'Review and save' }).click();
  await other.getByRole('button', { name: 'Save version 3' }).click();
  await expect(other.getByText('Saved version 3.')).toBeVisible();
  await expect(other.locator('output.value', { hasText: 'db-2.internal' })).toBeVisible();
  await expect(other.locator('output.value', { hasText: 'app2' })).toBeVisible();
  await other.close();

  // A tab that saw version 2 cannot delete version 3.
  await openMore(page);
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText(/someone saved version 3/)).toBeVisible();
  await page.reload();
  await hydrated(page);
  await openMore(page);
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
  await expect(page.getByRole('link', { name: 'prod-postgres' })).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('Restored from the trash.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'prod-postgres' })).toBeVisible();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a value that was shown hides itself after half a minute', async ({ signedIn: server, page }) => {
  await page.clock.install();
  await gotoReady(page, `${server.url}/secrets/new/custom`);
  await page.getByLabel('Name', { exact: true }).fill('one');
  await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
  await page.getByLabel('Value of TOKEN').fill('shown for a while');
  await page.getByRole('button', { name: 'Create secret' }).click();
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('shown for a while')).toBeVisible();
  await page.clock.fastForward(29_000);
  await expect(page.getByText('shown for a while')).toBeVisible();
  await page.clock.fastForward(2_000);
  await expect(page.getByText('shown for a while')).toBeHidden();
});

test('a protected environment asks for the password again @both', async ({ signedIn: server, page }) => {
  await gotoReady(page, `${server.url}/secrets/new/custom?env=prod`);
  await page.getByLabel('Name', { exact: true }).fill('guarded');
  await page.getByLabel('Key', { exact: true }).first().fill('TOKEN');
  await page.getByLabel('Value of TOKEN').fill('guarded value');
  await page.getByRole('button', { name: 'Create secret' }).click();
  // Signing in was just now, and counts.
  await page.getByRole('button', { name: 'Show TOKEN' }).click();
  await expect(page.getByText('guarded value')).toBeVisible();
  // Deleting asks.
  await openMore(page);
  await page.getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('dialog', { name: 'Delete guarded?' })).toBeVisible();
  await page.getByRole('button', { name: 'Delete secret' }).click();
  await expect(page.getByText('Moved to the trash')).toBeVisible();
});
