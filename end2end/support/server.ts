import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export type Database = 'sqlite' | 'postgres';

/** One keyloft-server with data of its own. */
export class Server {
  /** All it printed so far, on both streams. */
  output = '';
  private constructor(
    readonly url: string,
    readonly folder: string,
    readonly database: Database,
    readonly databaseUrl: string | undefined,
    private child: ChildProcess,
    private readonly restartArgs: string[],
  ) {
    this.listen(child);
  }

  /** Starts the binary that KEYLOFT_SERVER names on a free port, and waits until it answers. */
  static async start(database: Database, extra: string[] = []): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'keyloft-e2e-'));
    const port = await freePort();
    const databaseUrl = database === 'postgres' ? await newPostgresDatabase() : undefined;
    const args = [
      'serve',
      '--data',
      folder,
      '--listen',
      `127.0.0.1:${port}`,
      ...(databaseUrl ? ['--database', databaseUrl] : []),
      ...extra,
    ];
    const server = new Server(
      `http://127.0.0.1:${port}`,
      folder,
      database,
      databaseUrl,
      spawnServer(args),
      args,
    );
    await server.ready();
    return server;
  }

  /** The code that the server printed for the first run. */
  async setupCode(): Promise<string> {
    return this.printed(/\b([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})\b/);
  }

  /** Waits until the output matches, and returns the first group. */
  async printed(pattern: RegExp): Promise<string> {
    for (let tries = 0; tries < 200; tries++) {
      const found = pattern.exec(this.output);
      if (found) return found[1];
      await pause(50);
    }
    throw new Error(`the server did not print ${pattern}; it printed:\n${this.output}`);
  }

  /** Makes passwords that were given count no longer, as five minutes do; says whether it could: only PostgreSQL lets us in. */
  async endSudo(): Promise<boolean> {
    if (!this.databaseUrl) return false;
    const client = new Client({ connectionString: this.databaseUrl });
    await client.connect();
    await client.query('update sessions set sudo_until = 0');
    await client.end();
    return true;
  }

  /** Ends it as an operator would, and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.stop();
    this.child = spawnServer(this.restartArgs);
    this.listen(this.child);
    await this.ready();
  }

  /** Sends a signal and waits for the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return ended;
  }

  /** Stops it and deletes its data. */
  async dispose(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private listen(child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
  }

  private async ready(): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (this.child.exitCode !== null) {
        throw new Error(`the server ended with ${this.child.exitCode}:\n${this.output}`);
      }
      const answered = await fetch(`${this.url}/livez`).catch(() => undefined);
      if (answered?.ok) return;
      await pause(50);
    }
    throw new Error(`the server does not answer:\n${this.output}`);
  }
}

/** Runs a command of the server to its end. */
export function run(args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawnServer(args);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

function spawnServer(args: string[]): ChildProcess {
  const binary = process.env.KEYLOFT_SERVER;
  if (!binary) throw new Error('KEYLOFT_SERVER names the server to test; `cargo xtask test` sets it');
  return spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function newPostgresDatabase(): Promise<string> {
  const base = process.env.KEYLOFT_TEST_POSTGRES_URL;
  if (!base) throw new Error('KEYLOFT_TEST_POSTGRES_URL names a server; `cargo xtask test` starts one');
  const name = `e2e_${process.pid}_${Date.now()}_${Math.floor(Math.random() * 1e6)}`;
  const client = new Client({ connectionString: base });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const url = new URL(base);
  url.pathname = `/${name}`;
  return url.toString();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
