import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Acme } from './acme';

/** Every path that a page of the dashboard has, as its two routers name them. */
export function routes(): string[] {
  return ['app/src/app.rs', 'app/src/drawn/mod.rs'].flatMap((file) => {
    const code = readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');
    return [...code.matchAll(/<Route path=path!\("([^"]+)"\)/g)].map(([, path]) => path);
  });
}

/** Which addresses show what each path can show: full, and empty or wrong where that looks otherwise. */
export const ADDRESSES: Record<string, (made: Acme['made']) => string[]> = {
  '/secrets': () => ['/secrets', '/secrets?env=dev&sort=updated', '/secrets?q=nothing&env=prod'],
  '/secrets/new': () => ['/secrets/new', '/secrets/new?q=nothing'],
  '/secrets/new/:template': () => ['/secrets/new/postgres', '/secrets/new/kaggle', '/secrets/new/custom'],
  '/secrets/:id': ({ secret }) => [`/secrets/${secret}`, `/secrets/${secret}?saved=2`, '/secrets/sec_none'],
  '/secrets/:id/edit': ({ secret }) => [`/secrets/${secret}/edit`],
  '/secrets/:id/history': ({ secret }) => [`/secrets/${secret}/history`, `/secrets/${secret}/history?left=1&right=2`],
  '/secrets/:id/access': ({ secret }) => [`/secrets/${secret}/access`],
  '/secrets/:id/rotate': ({ secret }) => [`/secrets/${secret}/rotate`],
  '/secrets/:id/schedule': ({ secret }) => [`/secrets/${secret}/schedule`],
  '/secrets/:id/automatic': ({ secret }) => [`/secrets/${secret}/automatic`],
  '/secrets/import': ({ secret }) => ['/secrets/import', `/secrets/import?into=${secret}`],
  '/secrets/selected': ({ secret }) => [`/secrets/selected?id=${secret}`, '/secrets/selected'],
  '/trash': ({ trashed, secret }) => ['/trash', `/trash?ask=${trashed}`, `/trash?restore=${trashed}&taken=${secret}`],
  '/tokens': () => ['/tokens'],
  '/tokens/new': () => ['/tokens/new'],
  '/tokens/:id': ({ token }) => [`/tokens/${token}`, `/tokens/${token}?ask=revoke`],
  '/device': ({ device }) => ['/device', '/device?code=AAAA-AAAA', `/device?code=${device}`],
  '/settings/account': () => ['/settings/account'],
  '/settings/security': () => ['/settings/security'],
  '/settings/shortcuts': () => ['/settings/shortcuts'],
  '/settings/workspace': () => ['/settings/workspace'],
  '/settings/notifications': () => ['/settings/notifications'],
  '/settings/webhooks': () => ['/settings/webhooks'],
  '/settings/webhooks/:id': ({ webhook }) => [`/settings/webhooks/${webhook}`],
  '/rotation': () => ['/rotation'],
  '/rotation/automatic': () => ['/rotation/automatic'],
  '/rotation/automatic/:id': ({ rotator }) => [`/rotation/automatic/${rotator}`],
  '/audit': () => ['/audit', '/audit?class=refusals'],
  '/audit/retention': () => ['/audit/retention'],
  '/audit/stale': () => ['/audit/stale'],
  '/audit/:seq': () => ['/audit/1'],
  '/compare': () => ['/compare?left=dev&right=prod', '/compare?left=dev&right=prod&only=all'],
  '/environments': () => ['/environments'],
  '/members': () => ['/members'],
  '/members/roles': () => ['/members/roles'],
  '/members/:id': ({ member }) => [`/members/${member}`],
  '/templates': () => ['/templates'],
  '/templates/new': () => ['/templates/new'],
  '/templates/:id': ({ template }) => [`/templates/${template}`],
  '/workspaces': () => ['/workspaces'],
  '/help': () => ['/help'],
  '/dev/ui': () => ['/dev/ui'],
  '/sudo': () => ['/sudo'],
  '/invitation/:token': ({ invitation }) => [`/invitation/${invitation}`, '/invitation/none'],
};

/** Pages that are there before anybody signed in, or whether anybody did or not. */
export const SIGNED_OUT = ['/sign-in', '/sign-in/second', '/nowhere', '/api/v1/docs'];
