import type { CommandBus } from '@nestjs/cqrs';
import { PaymentSucceeded } from '@app/contracts/payments.js';
import { aPayment } from '../../testing/builders.js';
import { TicketDesk } from '../../testing/ticket-desk.js';
import type { SettlePayment } from '../commands/settle-payment.js';
import { ConfirmReservationWhenPaymentSucceeded } from './confirm-reservation-when-payment-succeeded.js';

describe('When a payment succeeds', () => {
  it('its reservation is confirmed, once, however often the message comes', async () => {
    const desk = new TicketDesk();
    const commands = { execute: (command: SettlePayment) => desk.execute(command) } as unknown as CommandBus;
    const reaction = new ConfirmReservationWhenPaymentSucceeded(commands);
    const hold = await desk.held();
    const event = new PaymentSucceeded(aPayment(hold));
    await reaction.handle(event);
    await reaction.handle(event);
    expect(desk.reservations.facts(hold.id)).toEqual(['seats-held', 'reservation-confirmed']);
  });
});
