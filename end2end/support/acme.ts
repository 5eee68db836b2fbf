import type { Browser, Page } from '@playwright/test';
import type { Server } from './server';

export const EMAIL = 'mara@example.org';
export const PASSWORD = 'violet anchor drifts north';

type Json = Record<string, unknown>;

/** A workspace as a team has it: secrets in three environments, people, programs, schedules, something in the trash. */
export class Acme {
  private constructor(
    readonly server: Server,
    private readonly token: string,
    /** What was made, by what the paths of the pages call it. */
    readonly made: Record<'secret' | 'trashed' | 'member' | 'token' | 'rotator' | 'webhook' | 'template' | 'invitation' | 'device', string>,
  ) {}

  static async fill(server: Server, token: string, browser: Browser): Promise<Acme> {
    const ask = (path: string, body?: Json, method?: string) => asked(server, token, path, body, method);
    for (const [environment, name, template, values, tags] of SECRETS) {
      await ask('/secrets', { environment, name, template, tags, values, note: '' });
    }
    const secret = await ask('/secrets/dev/billing-postgres');
    await ask('/secrets/dev/billing-postgres', { set: { PGHOST: 'db-2.internal' }, note: 'Move to the new primary' }, 'PATCH');
    const trashed = await ask('/secrets/dev/old-queue', undefined, 'DELETE');
    await ask('/secrets/dev/billing-postgres/schedule', { schedule: { on: '2026-01-31' } }, 'PUT');
    await ask('/secrets/prod/stripe/schedule', { schedule: { every_days: 90 } }, 'PUT');
    await ask('/secrets/dev/billing-postgres/values');
    const program = await ask('/tokens', { name: 'ci-deploy', scopes: ['read', 'list'], days: 30 });
    const rotator = await ask('/rotators', { environment: 'dev', secret: 'signing', kind: 'generated', keys: ['SIGNING_KEY'], days: 30 });
    const webhook = await ask('/webhooks', { url: 'https://hooks.example.org/keyloft', events: ['secret.changed'] });
    const template = await ask('/templates', {
      name: 'Feature flags',
      description: 'Our own flag service.',
      keys: [{ key: 'FLAGS_TOKEN', label: 'Token', required: true, kind: 'hidden' }],
    });
    const invitation = await ask('/invitations', { email: 'ana@example.org', role: 'viewer' });
    const acme = new Acme(server, token, {
      secret: String(secret.id),
      trashed: String(trashed.id),
      token: String((program.info as Json).id),
      rotator: String(rotator.id),
      webhook: String((webhook.webhook as Json).id),
      template: String(template.id),
      invitation: String(invitation.link).replace(/^.*\/invitation\//, ''),
      device: await startLogin(server),
      member: '',
    });
    await (await acme.join(browser, 'jun@example.org', 'Jun Park', 'developer')).context().close();
    const { members } = (await ask('/members')) as { members: Json[] };
    acme.made.member = String(members.find(({ name }) => name === 'Jun Park')?.user);
    return acme;
  }

  get url(): string {
    return this.server.url;
  }

  /** Asks the API as a program may that can do everything. */
  ask(path: string, body?: Json, method?: string): Promise<Json> {
    return asked(this.server, this.token, path, body, method);
  }

  /** Somebody who was invited, and is signed in in a browser of their own. */
  async join(browser: Browser, email: string, name: string, role: string): Promise<Page> {
    const { link } = await this.ask('/invitations', { email, role });
    const page = await (await browser.newContext()).newPage();
    await page.goto(String(link));
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForURL(/\/secrets/);
    return page;
  }
}

async function asked(server: Server, token: string, path: string, body?: Json, method = body ? 'POST' : 'GET'): Promise<Json> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
    body: body && JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? (JSON.parse(text) as Json) : {};
}

/** The path that a command line sends its person to. */
async function startLogin(server: Server): Promise<string> {
  const started = await fetch(`${server.url}/api/v1/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ machine: 'build-box' }),
  });
  return ((await started.json()) as { code: string }).code;
}

/** Environment, name, template, values, tags. */
const SECRETS: [string, string, string | undefined, Record<string, string>, string[]][] = [
  ['dev', 'billing-postgres', 'postgres', { PGHOST: 'db-1.internal', PGPORT: '5432', PGUSER: 'billing', PGPASSWORD: 'correct-horse', PGDATABASE: 'billing' }, ['data', 'team-billing']],
  ['staging', 'billing-postgres', 'postgres', { PGHOST: 'db-1.staging.internal', PGUSER: 'billing', PGPASSWORD: 'battery-staple' }, ['data']],
  ['prod', 'billing-postgres', 'postgres', { PGHOST: 'db-1.prod.internal', PGUSER: 'billing', PGPASSWORD: 'purple-monkey' }, ['data']],
  ['dev', 'huggingface', 'huggingface', { HF_TOKEN: 'hf_abcdefghijklmnopqrstuvwxyz01234567' }, ['models']],
  ['dev', 'wandb', 'wandb', { WANDB_API_KEY: '0123456789abcdef0123456789abcdef01234567' }, ['models']],
  ['dev', 'openai', 'openai', { OPENAI_API_KEY: 'sk-proj-abc' }, ['models', 'team-search']],
  ['prod', 'openai', 'openai', { OPENAI_API_KEY: 'sk-proj-def' }, ['models']],
  ['prod', 'stripe', 'stripe', { STRIPE_SECRET_KEY: 'sk_live_abc', STRIPE_WEBHOOK_SECRET: 'whsec_abc' }, ['team-billing']],
  ['dev', 'signing', undefined, { SIGNING_KEY: 'abcdefghijklmnopqrstuvwxyz012345' }, []],
  ['dev', 'sentry', 'sentry', { SENTRY_DSN: 'https://abc@sentry.example.org/1' }, []],
  ['staging', 'queue', undefined, { AMQP_URL: 'amqp://queue.internal' }, ['team-search']],
  ['dev', 'old-queue', undefined, { AMQP_URL: 'amqp://old.internal' }, []],
];
