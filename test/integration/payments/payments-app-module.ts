/** The modules of payments alone, and a stand-in for reservations that the test controls. */
import { Global, Injectable, Module, type DynamicModule } from '@nestjs/common';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { allEventTypes } from '@app/contracts/all-events.js';
import {
  type EndingHoldView,
  HoldsEndingBetween,
  type OwedRefundView,
  PayableReservation,
  type PayableReservationView,
  RefundsOwedBetween,
  ReservationsNotPayable,
} from '@app/contracts/reservations.js';
import { newId } from '@app/kernel/id.js';
import { PaymentsApi, PaymentsWorker } from '@app/payments';
import type { LoadedSettings } from '@app/platform/config/load-settings.js';
import { KnownApiKeys } from '@app/platform/http/access/api-keys.js';
import { CurrentRights, RevokedAccess } from '@app/platform/http/access/current-rights.js';
import { HttpModule } from '@app/platform/http/http.module.js';
import { commonModules } from '@app/platform/process/common-modules.js';

export const ADMIN_ID = newId();

/** What reservations would answer. */
@Injectable()
export class Reservations {
  readonly all = new Map<string, PayableReservationView>();
  readonly owed: OwedRefundView[] = [];
}

@QueryHandler(PayableReservation)
class PayableReservationHandler implements IQueryHandler<PayableReservation> {
  constructor(private readonly reservations: Reservations) {}

  execute({ reservationId, customerId }: PayableReservation): Promise<PayableReservationView | null> {
    const found = this.reservations.all.get(reservationId);
    return Promise.resolve(found?.customerId === customerId ? found : null);
  }
}

@QueryHandler(ReservationsNotPayable)
class ReservationsNotPayableHandler implements IQueryHandler<ReservationsNotPayable> {
  constructor(private readonly reservations: Reservations) {}

  execute({ reservationIds }: ReservationsNotPayable): Promise<string[]> {
    return Promise.resolve(reservationIds.filter((id) => this.reservations.all.get(id)?.status !== 'held'));
  }
}

@QueryHandler(RefundsOwedBetween)
class RefundsOwedBetweenHandler implements IQueryHandler<RefundsOwedBetween> {
  constructor(private readonly reservations: Reservations) {}

  execute({ after, until, limit }: RefundsOwedBetween): Promise<OwedRefundView[]> {
    const { owed } = this.reservations;
    return Promise.resolve(owed.filter(({ owedAt }) => owedAt > after.owedAt && owedAt <= until).slice(0, limit));
  }
}

/** No hold ends while a test runs. Without an answer the job that asks would fail, and raise an alert in a slow run. */
@QueryHandler(HoldsEndingBetween)
class HoldsEndingBetweenHandler implements IQueryHandler<HoldsEndingBetween> {
  execute(): Promise<EndingHoldView[]> {
    return Promise.resolve([]);
  }
}

const isAdmin = (id: string): Promise<boolean> => Promise.resolve(id === ADMIN_ID);

@Global()
@Module({
  providers: [
    { provide: CurrentRights, useValue: { has: isAdmin, hasForAct: isAdmin } },
    { provide: KnownApiKeys, useValue: { find: () => Promise.resolve(null) } },
    { provide: RevokedAccess, useValue: { includes: () => Promise.resolve(false) } },
  ],
  exports: [CurrentRights, KnownApiKeys, RevokedAccess],
})
class Rights {}

@Module({})
export class PaymentsAppModule {
  static for(settings: LoadedSettings, { worker }: { worker: boolean }): DynamicModule {
    return {
      module: PaymentsAppModule,
      imports: [
        ...commonModules(settings, { name: worker ? 'standalone' : 'api', migrations: [], eventTypes: allEventTypes }),
        HttpModule,
        Rights,
        PaymentsApi,
        ...(worker ? [PaymentsWorker] : []),
      ],
      providers: [
        Reservations,
        PayableReservationHandler,
        ReservationsNotPayableHandler,
        RefundsOwedBetweenHandler,
        HoldsEndingBetweenHandler,
      ],
    };
  }
}
