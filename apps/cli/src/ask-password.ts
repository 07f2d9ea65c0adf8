/** Asks for a password without echoing it. Without a terminal, the first line of standard input is the password. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CommandFailed, type Terminal } from './subcommand.js';

export async function askPassword(terminal: Terminal): Promise<string> {
  if (terminal.stdin.isTTY !== true) return readFirstLine(terminal);
  const password = await readHiddenLine(terminal, 'Password:');
  if ((await readHiddenLine(terminal, 'Repeat the password:')) !== password) throw new CommandFailed('The two passwords differ.');
  return password;
}

async function readFirstLine({ stdin }: Terminal): Promise<string> {
  const lines = createInterface({ input: stdin, crlfDelay: Infinity });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new CommandFailed('There is no password: set ADMIN_PASSWORD, or give one on standard input.');
}

/** `readline` echoes typed characters to its output, so it gets an output that discards them. */
async function readHiddenLine({ stdin, printError }: Terminal, prompt: string): Promise<string> {
  printError(prompt);
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const line = createInterface({ input: stdin, output, terminal: true });
  return new Promise((resolve, reject) => {
    line.once('SIGINT', () => line.close());
    line.once('close', () => reject(new CommandFailed('No password was given.')));
    line.question('', (answer) => {
      resolve(answer);
      line.close();
    });
  });
}
