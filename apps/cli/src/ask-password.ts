/** Asks for a password without showing it; from a pipe it is the first line. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Failed, type Terminal } from './subcommand.js';

export async function askPassword(terminal: Terminal): Promise<string> {
  if (terminal.stdin.isTTY !== true) return firstLine(terminal);
  const password = await unseen(terminal, 'Password:');
  if ((await unseen(terminal, 'The same again:')) !== password) throw new Failed('The two passwords differ.');
  return password;
}

async function firstLine({ stdin }: Terminal): Promise<string> {
  const lines = createInterface({ input: stdin, crlfDelay: Infinity });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new Failed('There is no password: set ADMIN_PASSWORD, or give one on standard input.');
}

/** `readline` echoes what is typed to its output, so it gets one that swallows everything. */
async function unseen({ stdin, warn }: Terminal, prompt: string): Promise<string> {
  warn(prompt);
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: stdin, output, terminal: true });
  return new Promise((resolve, reject) => {
    line.once('SIGINT', () => line.close());
    line.once('close', () => reject(new Failed('No password was given.')));
    line.question('', (answer) => {
      resolve(answer);
      line.close();
    });
  });
}
