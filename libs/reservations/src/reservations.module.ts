/** Puts the reservations context together: what every process needs, the HTTP door, the worker. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '@app/platform/config/settings.js';
import { CancelReservationHandler } from './application/commands/cancel-reservation.js';
import { CancelReservationAsAdminHandler } from './application/commands/cancel-reservation-as-admin.js';
import { CompleteReservationsHandler } from './application/commands/complete-reservations.js';
import { ExpireHoldsHandler } from './application/commands/expire-holds.js';
import { ExtendHoldHandler } from './application/commands/extend-hold.js';
import { HoldSeatsHandler } from './application/commands/hold-seats.js';
import { JudgePaymentHandler } from './application/commands/judge-payment.js';
import { JudgeSettledPaymentsHandler } from './application/commands/judge-settled-payments.js';
import { WorkOffCancellationRunsHandler } from './application/commands/work-off-cancellation-runs.js';
import { CancellationProgressHandler } from './application/queries/cancellation-progress.js';
import { FindReservationsHandler, ReservationForAdminHandler } from './application/queries/find-reservations.js';
import { MyReservationsHandler } from './application/queries/my-reservations.js';
import { PayableReservationHandler } from './application/queries/payable-reservation.js';
import { QuoteCancellationHandler } from './application/queries/quote-cancellation.js';
import { ReservationDetailHandler } from './application/queries/reservation-detail.js';
import { ReservationsNotPayableHandler } from './application/queries/reservations-not-payable.js';
import { SeatMapHandler } from './application/queries/seat-map.js';
import { SeatsTakenOfHandler } from './application/queries/seats-taken.js';
import { ViewsOfReservations } from './application/queries/views-of-reservations.js';
import { CloseSalesWhenShowtimeCancelled } from './application/reactions/close-sales-when-showtime-cancelled.js';
import { CloseSalesWhenShowtimeMoved } from './application/reactions/close-sales-when-showtime-moved.js';
import { ConfirmReservationWhenPaymentSucceeded } from './application/reactions/confirm-reservation-when-payment-succeeded.js';
import { BookingTerms } from './domain/booking-terms.js';
import { CancellationRuns } from './domain/cancellation-runs.js';
import { Judging } from './domain/judging.js';
import { Reservations } from './domain/reservations.js';
import { Seatings } from './domain/seatings.js';
import { AdminReservationsController } from './infrastructure/admin-reservations.controller.js';
import { ContractSeatings } from './infrastructure/contract-seatings.js';
import { PostgresCancellationRuns } from './infrastructure/postgres-cancellation-runs.js';
import { PostgresJudging } from './infrastructure/postgres-judging.js';
import { PostgresReservations } from './infrastructure/postgres-reservations.js';
import { reservationSchema } from './infrastructure/reservation.schema.js';
import { ReservationsController } from './infrastructure/reservations.controller.js';
import {
  CancellationRunSchedule,
  CompletionSchedule,
  HoldExpirySchedule,
  JudgingSchedule,
} from './infrastructure/reservations.schedule.js';

@Module({
  imports: [TypeOrmModule.forFeature([reservationSchema])],
  providers: [
    { provide: Reservations, useClass: PostgresReservations },
    { provide: CancellationRuns, useClass: PostgresCancellationRuns },
    { provide: Judging, useClass: PostgresJudging },
    { provide: Seatings, useClass: ContractSeatings },
    { provide: BookingTerms, inject: [Settings], useFactory: (settings: Settings): BookingTerms => settings.booking },
    ViewsOfReservations,
    HoldSeatsHandler,
    ExtendHoldHandler,
    CancelReservationHandler,
    CancelReservationAsAdminHandler,
    ExpireHoldsHandler,
    JudgePaymentHandler,
    JudgeSettledPaymentsHandler,
    CompleteReservationsHandler,
    WorkOffCancellationRunsHandler,
    CancellationProgressHandler,
    ReservationDetailHandler,
    MyReservationsHandler,
    FindReservationsHandler,
    ReservationForAdminHandler,
    QuoteCancellationHandler,
    SeatMapHandler,
    PayableReservationHandler,
    ReservationsNotPayableHandler,
    SeatsTakenOfHandler,
  ],
  exports: [CancellationRuns],
})
export class ReservationsModule {}

@Module({ imports: [ReservationsModule], controllers: [ReservationsController, AdminReservationsController] })
export class ReservationsApi {}

@Module({
  imports: [ReservationsModule],
  providers: [
    ConfirmReservationWhenPaymentSucceeded,
    CloseSalesWhenShowtimeCancelled,
    CloseSalesWhenShowtimeMoved,
    HoldExpirySchedule,
    JudgingSchedule,
    CompletionSchedule,
    CancellationRunSchedule,
  ],
})
export class ReservationsWorker {}
