/** What `doctor` finds: a part of the system, whether it is as it should be, and how to mend it. */
export interface Finding {
  readonly part: string;
  readonly status: 'ok' | 'warning' | 'fault';
  /** A sentence without a secret. */
  readonly text: string;
  /** What an operator does about it. */
  readonly mend?: string;
}

export const ok = (part: string, text: string): Finding => ({ part, status: 'ok', text });
export const warning = (part: string, text: string, mend: string): Finding => ({ part, status: 'warning', text, mend });
export const fault = (part: string, text: string, mend: string): Finding => ({ part, status: 'fault', text, mend });

/** The message of an error; a URL in it loses its user and password. */
export function reasonOf(error: unknown): string {
  const { errors } = error as { errors?: readonly unknown[] };
  const first = errors?.[0] ?? error;
  const text = first instanceof Error && first.message !== '' ? first.message : String(first);
  return text.replaceAll(/\/\/[^\s/@]+@/g, '//').replaceAll(/\b([rs]k|whsec)_[\w+/=-]+/g, '$1_…');
}
