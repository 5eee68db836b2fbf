import { appendFileSync } from 'node:fs';

/** A line for whoever runs the tests. */
export function note(line: string): void {
  if (process.env.KEYLOFT_NOTES) appendFileSync(process.env.KEYLOFT_NOTES, `${line}\n`);
  else console.log(line);
}
