/** Executes the commands of admins, each with its audit entry in the same transaction. */
import { Injectable } from '@nestjs/common';
import { type Command, CommandBus, type ICommandHandler } from '@nestjs/cqrs';
import { type AdminCommand, AuditTrail } from '@app/kernel/audit-trail.js';
import { ActorRight } from '../http/access/actor-right.js';
import { Transactions } from '../persistence/transactions.js';

@Injectable()
export class AdminCommands {
  constructor(
    private readonly commands: CommandBus,
    private readonly transactions: Transactions,
    private readonly audit: AuditTrail,
    private readonly right: ActorRight,
  ) {}

  /**
   * Honours the request's `Idempotency-Key`: a repeated request writes no second entry. Throws as the access guard does where the admin has lost
   * the right since the request was let in.
   */
  async execute<Result>(command: Command<Result> & AdminCommand<Result>): Promise<Result> {
    return this.transactions.idempotently(() => this.audited(command, () => this.commands.execute(command)));
  }

  /** As `execute`, while a process starts: the command bus does not know its handlers yet. */
  async executeAtStart<C extends Command<Result> & AdminCommand<Result>, Result>(
    handler: ICommandHandler<C, Result>,
    command: C,
  ): Promise<Result> {
    return this.transactions.run(() => this.audited(command, () => handler.execute(command)));
  }

  private async audited<Result>(command: AdminCommand<Result>, work: () => Promise<Result>): Promise<Result> {
    if (command.adminId !== null) await this.right.assertStillHeld(command.adminId);
    const result = await work();
    const entry = command.auditEntry(result);
    if (entry !== null) await this.audit.record({ actor: command.adminId, ...entry });
    return result;
  }
}
