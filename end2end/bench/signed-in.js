/** The server that is measured, and who set it up: `cargo xtask bench` says so. */
export const { KEYLOFT_URL: url } = process.env;
const { KEYLOFT_EMAIL: email, KEYLOFT_PASSWORD: password } = process.env;

/** What the browser of somebody who signed in holds. */
export async function signedIn(browser) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/secrets/);
  const state = await context.storageState();
  await context.close();
  return state;
}
