import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MAIL_STATUSES } from '../libs/notifications/src/domain/mail.js';
import { type Edge, readDiagrams, statesOf, transitionsOf } from './lifecycles/diagrams.js';
import { observeDispute } from './lifecycles/dispute.js';
import { observeJob } from './lifecycles/job.js';
import { mailState, observeMail } from './lifecycles/mail.js';
import { observePayment } from './lifecycles/payment.js';
import { observeReservation } from './lifecycles/reservation.js';
import { observeStripeEvent } from './lifecycles/stripe-event.js';
import { observeWebhookDelivery, observeWebhookEndpoint } from './lifecycles/webhooks.js';

const ROOT = join(import.meta.dirname, '..');

describe('docs/lifecycles.md', () => {
  const diagrams = readDiagrams();
  const diagramOf = (title: string): readonly Edge[] => diagrams.get(title)!;

  it('the document has the diagrams that are checked here', () => {
    expect([...diagrams.keys()]).toEqual([
      'Reservation',
      'Payment',
      'Refund',
      'Dispute',
      'Stripe event',
      'Job',
      'Mail',
      'Webhook endpoint',
      'Webhook delivery',
      'Message',
    ]);
  });

  it('the diagram of a reservation has the transitions of the aggregate', () => {
    expect(transitionsOf(diagramOf('Reservation'))).toEqual(observeReservation());
  });

  it('the diagrams of a payment and a refund have the transitions of the aggregate', () => {
    const observed = observePayment();
    expect(transitionsOf(diagramOf('Payment'))).toEqual(observed.payment);
    expect(transitionsOf(diagramOf('Refund'))).toEqual(observed.refund);
  });

  it('the diagram of a dispute has the transitions of its facts', () => {
    expect(transitionsOf(diagramOf('Dispute'))).toEqual(observeDispute());
  });

  it('the diagram of a Stripe event has the transitions of its handlers', async () => {
    expect(transitionsOf(diagramOf('Stripe event'))).toEqual(await observeStripeEvent());
  });

  it('the diagram of a job has the transitions of the jobs', async () => {
    expect(transitionsOf(diagramOf('Job'))).toEqual(await observeJob());
  });

  it('the diagram of a mail has the transitions and the statuses of the mails', async () => {
    expect(transitionsOf(diagramOf('Mail'))).toEqual(await observeMail());
    expect(statesOf(diagramOf('Mail'))).toEqual(MAIL_STATUSES.map(mailState).sort());
  });

  it('the diagrams of webhooks have the transitions of their aggregates', () => {
    expect(transitionsOf(diagramOf('Webhook endpoint'))).toEqual(observeWebhookEndpoint());
    expect(transitionsOf(diagramOf('Webhook delivery'))).toEqual(observeWebhookDelivery());
  });

  const migrations = readdirSync(join(ROOT, 'migrations'))
    .map((name) => readFileSync(join(ROOT, 'migrations', name), 'utf8'))
    .join('\n');

  it.each([
    ['Reservation', 'reservations'],
    ['Payment', 'payments'],
    ['Refund', 'refunds'],
    ['Stripe event', 'stripe_events'],
    ['Webhook endpoint', 'webhook_endpoints'],
    ['Webhook delivery', 'webhook_deliveries'],
  ])('the diagram %s has the states that the database allows', (title, table) => {
    const [, allowed] = new RegExp(`CONSTRAINT ${table}_status_known CHECK \\(status IN \\(([^)]*)\\)\\)`).exec(migrations)!;
    expect(statesOf(diagramOf(title))).toEqual([...allowed!.matchAll(/'([\w-]+)'/g)].map(([, status]) => status).sort());
  });

  it('the diagram of a message has the outcomes and the marks of the code', () => {
    const edges = diagramOf('Message');
    const broker = readFileSync(join(ROOT, 'libs/platform/src/messaging/broker.ts'), 'utf8');
    const [, union] = /export type Outcome =([^;]*(?:;[^;]*)*?);\n\n/.exec(broker)!;
    const outcomes = [...union!.matchAll(/kind: '([\w-]+)'/g)].map(([, kind]) => kind);
    expect(outcomes.length).toBeGreaterThan(0);
    const labels = edges.filter(({ from }) => from === 'delivered').map(({ label }) => label);
    expect(labels.sort()).toEqual(outcomes.sort());

    const marks = [...migrations.matchAll(/\b(published_at|parked_at|redriven_at|dismissed_at) timestamptz/g)].map(([, column]) => column);
    expect(new Set(marks)).toEqual(new Set(['published_at', 'parked_at', 'redriven_at', 'dismissed_at']));
    expect(statesOf(edges)).toEqual(expect.arrayContaining(['published', 'parked', 'deadLetter', 'dismissed']));
  });

  it('an edge that is missing or invented is found', () => {
    const edges = diagramOf('Reservation');
    const complete = transitionsOf(edges);
    expect(transitionsOf(edges.slice(1))).not.toEqual(complete);
    expect(transitionsOf([...edges, { from: 'completed', to: 'held', label: 'invented' }])).not.toEqual(complete);
  });
});
