import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from './chromium.js';
import { note } from './note';

/** What drew the shots in `tests/__shots__`: each Chromium draws letters and edges a little otherwise, and names of keys are in the font of the machine. */
export const DRAWN_BY = fileURLToPath(new URL('../tests/__shots__/drawn-by', import.meta.url));

/** Whether shots are compared, or drawn anew because something else draws them here. Found out once a run. */
export function updateSnapshots(): 'all' | 'missing' {
  process.env.KEYLOFT_SHOTS ??= isOther() ? 'all' : 'missing';
  return process.env.KEYLOFT_SHOTS as 'all' | 'missing';
}

function isOther(): boolean {
  const [here, before] = [drawsHere(), readFileSync(DRAWN_BY, 'utf8').trim()];
  if (here === before) return false;
  note(`The shots were drawn by ${before}, and here it is ${here}: they are drawn anew, not compared. Look at them, and commit them.`);
  return true;
}

/** Chromium with its version, and the font that stands in for a monospaced one. */
export function drawsHere(): string {
  const says = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const version = /[\d.]{4,}/.exec(says(chromium.executablePath, '--version', '--no-sandbox'))?.[0];
  return `Chromium ${version} with ${says('fc-match', '--format=%{family}', 'monospace')}`;
}
