export interface SandboxOptions {
  /** 0 takes any free port. */
  port: number;
  /** The default is 127.0.0.1. */
  host?: string;
  /** The SQLite file of the ledger: a path, or `:memory:`. */
  dataFile: string;
  /** Events are posted to this URL. With null they are not sent. */
  webhookUrl: string | null;
  /** Signs the webhooks. */
  webhookSecret: string;
  /** The only secret key that is accepted. When absent, every `sk_test_…` key is. */
  secretKey?: string | undefined;
  /** How long a webhook waits for its response. The default is ten seconds. */
  webhookTimeoutMs?: number | undefined;
  /** The pauses before the retries of a failed webhook. It fails for good after the last one. */
  retryDelaysMs?: readonly number[] | undefined;
  /** The time until pending refunds end, refunds fail and disputes open. The default is one second. */
  asyncDelayMs?: number | undefined;
  log?: ((line: string) => void) | undefined;
}
