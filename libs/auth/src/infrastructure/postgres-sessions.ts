import { Injectable } from '@nestjs/common';
import { isUuid } from '@app/kernel/id.js';
import { Database } from '@app/platform/persistence/database.js';
import { Transactions } from '@app/platform/persistence/transactions.js';
import { Session, type SessionState } from '../domain/session.js';
import { Sessions } from '../domain/sessions.js';

const COLUMNS = 'id, user_id, token_hash, previous_token_hash, rotated_at, created_at, expires_at, ended_at';
/** As `Session.end` does. */
const END = `ended_at = $2, expires_at = $2::timestamptz + interval '2 days'`;

@Injectable()
export class PostgresSessions extends Sessions {
  constructor(
    private readonly database: Database,
    private readonly transactions: Transactions,
  ) {
    super();
  }

  /** The user's row is locked against a change of the password at the same moment: that change ends this session, or this one is not added. */
  async add({ state }: Session, passwordHash: string): Promise<boolean> {
    const added = await this.database.change(
      `INSERT INTO auth.sessions (${COLUMNS})
       SELECT $1::uuid, id, $3::text, $4::text, $5::timestamptz, $6::timestamptz, $7::timestamptz, $8::timestamptz FROM auth.users WHERE id = $2 AND active AND password_hash = $9 FOR SHARE`,
      [...valuesOf(state), passwordHash],
    );
    return added === 1;
  }

  async change<T>(id: string, decide: (session: Session) => T): Promise<T | null> {
    if (!isUuid(id)) return null;
    return this.transactions.run(async () => {
      const [state] = await this.database.query<SessionState>(`SELECT ${COLUMNS} FROM auth.sessions WHERE id = $1 FOR UPDATE`, [id]);
      if (state === undefined) return null;
      const session = new Session(state);
      const result = decide(session);
      if (session.state !== state) await this.store(session.state);
      return result;
    });
  }

  async endAll(userId: string, { now, except }: { now: Date; except?: string | undefined }): Promise<void> {
    await this.database.query(`UPDATE auth.sessions SET ${END} WHERE user_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $3::uuid`, [
      userId,
      now,
      except ?? null,
    ]);
  }

  async removeOfEverybody(): Promise<number> {
    return this.database.change(`DELETE FROM auth.sessions`, []);
  }

  async removeAll(userId: string): Promise<void> {
    await this.database.query(`DELETE FROM auth.sessions WHERE user_id = $1`, [userId]);
  }

  private async store(state: SessionState): Promise<void> {
    await this.database.query(
      `UPDATE auth.sessions SET user_id = $2, token_hash = $3, previous_token_hash = $4, rotated_at = $5, created_at = $6, expires_at = $7, ended_at = $8
       WHERE id = $1`,
      valuesOf(state),
    );
  }
}

function valuesOf({
  id,
  userId,
  tokenHash,
  previousTokenHash,
  rotatedAt,
  createdAt,
  expiresAt,
  endedAt,
}: SessionState): readonly unknown[] {
  return [id, userId, tokenHash, previousTokenHash, rotatedAt, createdAt, expiresAt, endedAt];
}
