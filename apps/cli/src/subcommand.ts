/** What a subcommand is made of: its name, its usage, its effect, and the terminal it reads from and prints to. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Readable } from 'node:stream';

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  /** Prints one line of the result. */
  readonly print: (line: string) => void;
  /** Prints one line about a failure, or a prompt. */
  readonly printError: (line: string) => void;
  /** Replaces the line that says how far the work is; null takes it away. Only where a person looks on. */
  readonly showProgress?: (line: string | null) => void;
}

export interface Subcommand {
  readonly name: string;
  /** The arguments, as they are written after the name. */
  readonly usage: string;
  readonly summary: string;
  /** Takes `--json` itself, and prints a document of its own. The sentences of every other command are collected: `{ "messages": […] }`. */
  readonly printsJson?: boolean;
  /** Throws `InvalidArguments`, `CommandFailed`, or any unexpected error. */
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}

/** The arguments are wrong. The CLI prints the usage and exits with code 2. */
export class InvalidArguments extends Error {}

/** The command could not do its work, for a reason that its user can read. The CLI exits with code 1. */
export class CommandFailed extends Error {}

/** Parses as Node's `parseArgs` in strict mode. Throws `InvalidArguments`, which names the argument. */
export function parseArguments<const Config extends ParseArgsConfig>(args: readonly string[], config: Config) {
  try {
    return parseArgs({ ...config, args: [...args], strict: true });
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')) throw new InvalidArguments((error as Error).message);
    throw error;
  }
}
