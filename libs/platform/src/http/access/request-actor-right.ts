/** Looks again at the right that the access guard has seen in this request. */
import { Injectable } from '@nestjs/common';
import { ClsService } from 'nestjs-cls';
import { ACTOR, type Actor, assertRight, CurrentRights } from './current-rights.js';
import { ActorRight } from './actor-right.js';

@Injectable()
export class RequestActorRight extends ActorRight {
  constructor(
    private readonly cls: ClsService,
    private readonly rights: CurrentRights,
  ) {
    super();
  }

  async assertStillHeld(userId: string): Promise<void> {
    const actor = this.cls.get<Actor | undefined>(ACTOR);
    if (actor?.userId !== userId) throw new Error('An admin acts in a request that was let in by no right of that user');
    assertRight(await this.rights.hasForAct(userId, actor.right), actor.right);
  }
}
