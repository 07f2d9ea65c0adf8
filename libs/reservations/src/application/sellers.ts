import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { HasRight } from '@app/contracts/auth.js';
import { LimitReached } from '../domain/errors.js';

/** The users who sell to many people, as the box office does. */
@Injectable()
export class Sellers {
  constructor(private readonly queries: QueryBus) {}

  /** Whether only a limit of one customer refused it, and this user sells. Customers cost no query before they reach a limit. */
  async mayExceedLimits({ userId, refusal }: { readonly userId: string; readonly refusal: unknown }): Promise<boolean> {
    return refusal instanceof LimitReached && (await this.queries.execute(new HasRight(userId, 'reservations.sell')));
  }
}
