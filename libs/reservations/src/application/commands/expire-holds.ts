import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { HoldExpiry } from '../hold-expiry.js';

/** Ends a batch of holds whose time has ended. Returns how many holds changed. */
export class ExpireHolds extends Command<number> {}

@CommandHandler(ExpireHolds)
export class ExpireHoldsHandler implements ICommandHandler<ExpireHolds> {
  constructor(private readonly expiry: HoldExpiry) {}

  execute(): Promise<number> {
    return this.expiry.expire();
  }
}
