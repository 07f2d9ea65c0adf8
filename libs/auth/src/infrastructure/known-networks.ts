/** The networks that users have logged in from, so that guesses from elsewhere do not keep them out. */
import { Injectable, Logger } from '@nestjs/common';
import { networkOf } from '@app/platform/http/limits/network.js';
import { Settings } from '@app/platform/config/settings.js';
import { Database } from '@app/platform/persistence/database.js';
import { derive } from './hmac-tokens.js';

@Injectable()
export class KnownNetworks {
  readonly #logger = new Logger(KnownNetworks.name);
  readonly #secrets: readonly [string, ...string[]];

  constructor(
    private readonly database: Database,
    { tokens }: Settings,
  ) {
    this.#secrets = tokens.previousSecret === null ? [tokens.secret] : [tokens.secret, tokens.previousSecret];
  }

  /** Whether the user of this normalised address has logged in from this network. False without a user. */
  async include({ email, ip }: { email: string; ip: string }): Promise<boolean> {
    const found = await this.database.query(
      `SELECT FROM auth.users u JOIN auth.login_networks n ON n.user_id = u.id WHERE u.email = $1 AND n.network = ANY ($2)`,
      [email, this.#secrets.map((secret) => markOf(secret, ip))],
    );
    return found.length > 0;
  }

  /**
   * Does nothing for a user who is erased at this moment. Never rejects: the account exists, or the user is logged in, and a network that is not known
   * only gets the limits of a strange one.
   */
  async remember(userId: string, ip: string): Promise<void> {
    await this.store(userId, ip).catch((error: unknown) => this.#logger.warn({ err: error, userId }, 'A network could not be remembered'));
  }

  private async store(userId: string, ip: string): Promise<void> {
    await this.database.query(
      `INSERT INTO auth.login_networks (user_id, network, last_login_at) SELECT id, $2::text, $3::timestamptz FROM auth.users WHERE id = $1 FOR KEY SHARE
       ON CONFLICT (user_id, network) DO UPDATE SET last_login_at = EXCLUDED.last_login_at`,
      [userId, markOf(this.#secrets[0], ip), new Date()],
    );
  }
}

/** No address is stored: without the secret nobody can tell which network it was. */
const markOf = (secret: string, ip: string): string => derive(secret, 'network', networkOf(ip));
