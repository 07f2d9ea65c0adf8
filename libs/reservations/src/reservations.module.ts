/** Puts the reservations context together: what every process needs, the HTTP door, the worker. */
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CancelReservationHandler } from './application/commands/cancel-reservation.js';
import { CancelReservationAsAdminHandler } from './application/commands/cancel-reservation-as-admin.js';
import { CompleteReservationsHandler } from './application/commands/complete-reservations.js';
import { ExpireHoldsHandler } from './application/commands/expire-holds.js';
import { ExtendHoldHandler } from './application/commands/extend-hold.js';
import { HoldSeatsHandler } from './application/commands/hold-seats.js';
import { SettlePaymentHandler } from './application/commands/settle-payment.js';
import { SettleOutstandingPaymentsHandler } from './application/commands/settle-outstanding-payments.js';
import { ProcessCancellationRunsHandler } from './application/commands/process-cancellation-runs.js';
import { HoldExpiry } from './application/hold-expiry.js';
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
import { Settlement } from './application/settlement.js';
import { BookingPolicy } from './domain/booking-policy.js';
import { CancellationRuns } from './domain/cancellation-runs.js';
import { SettlementWatermark } from './domain/settlement-watermark.js';
import { Reservations } from './domain/reservations.js';
import { Seatings } from './domain/seatings.js';
import { AdminReservationsController } from './infrastructure/admin-reservations.controller.js';
import { ContractSeatings } from './infrastructure/contract-seatings.js';
import { PostgresCancellationRuns } from './infrastructure/postgres-cancellation-runs.js';
import { PostgresSettlementWatermark } from './infrastructure/postgres-settlement-watermark.js';
import { PostgresReservations } from './infrastructure/postgres-reservations.js';
import { reservationSchema } from './infrastructure/reservation.schema.js';
import { ReservationsController } from './infrastructure/reservations.controller.js';
import {
  CancellationRunSchedule,
  CompletionSchedule,
  HoldExpirySchedule,
  SettlementSchedule,
} from './infrastructure/reservations.schedule.js';
import { ReservationsSettings } from './reservations.settings.js';

@Module({
  imports: [TypeOrmModule.forFeature([reservationSchema])],
  providers: [
    { provide: Reservations, useClass: PostgresReservations },
    { provide: CancellationRuns, useClass: PostgresCancellationRuns },
    { provide: SettlementWatermark, useClass: PostgresSettlementWatermark },
    { provide: Seatings, useClass: ContractSeatings },
    { provide: BookingPolicy, inject: [ReservationsSettings], useFactory: ({ policy }: ReservationsSettings): BookingPolicy => policy },
    ViewsOfReservations,
    HoldExpiry,
    Settlement,
    HoldSeatsHandler,
    ExtendHoldHandler,
    CancelReservationHandler,
    CancelReservationAsAdminHandler,
    ExpireHoldsHandler,
    SettlePaymentHandler,
    SettleOutstandingPaymentsHandler,
    CompleteReservationsHandler,
    ProcessCancellationRunsHandler,
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
    SettlementSchedule,
    CompletionSchedule,
    CancellationRunSchedule,
  ],
})
export class ReservationsWorker {}
