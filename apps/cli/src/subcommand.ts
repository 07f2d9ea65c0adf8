/** What every subcommand is: a name, how it is used, and what it does with its arguments and the terminal. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Readable } from 'node:stream';

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable & { readonly isTTY?: boolean; setRawMode?(mode: boolean): unknown };
  /** One line for the reader of the result. */
  readonly say: (line: string) => void;
  /** One line for the reader of what went wrong, or a prompt. */
  readonly warn: (line: string) => void;
}

export interface Subcommand {
  readonly name: string;
  /** The arguments as they are written behind the name. */
  readonly usage: string;
  readonly summary: string;
  /** Throws `BadArguments`, `Failed` or whatever else went wrong. */
  run(args: readonly string[], terminal: Terminal): Promise<void>;
}

/** The arguments are wrong: exit code 2, with the usage. */
export class BadArguments extends Error {}

/** It could not be done, for a reason a person can read: exit code 1. */
export class Failed extends Error {}

/** As Node's `parseArgs`, strict; throws `BadArguments` that names the argument. */
export function argumentsOf<const Config extends ParseArgsConfig>(args: readonly string[], config: Config) {
  try {
    return parseArgs({ ...config, args: [...args], strict: true });
  } catch (error) {
    if (String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')) throw new BadArguments((error as Error).message);
    throw error;
  }
}
