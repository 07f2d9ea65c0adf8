/** Words that are not used, each with what to write instead. `docs/glossary.md` has the terms, `CONTRIBUTING.md` the rules of naming. */

interface BannedWord {
  /** A regular expression over plain lower-case words: `DueRows`, `due_rows` and `due-rows` are all read as "due rows". */
  readonly pattern: RegExp;
  readonly instead: string;
  /** Refused only as a whole name of the code: the words are plain English elsewhere. */
  readonly namesOnly: boolean;
  /** Paths where a published name has the word. */
  readonly except?: RegExp;
}

const anywhere = (words: string, instead: string): BannedWord => ({ pattern: new RegExp(`\\b(?:${words})\\b`), instead, namesOnly: false });
const asName = (words: string, instead: string, except?: RegExp): BannedWord => ({
  pattern: new RegExp(`^(?:${words})$`),
  instead,
  namesOnly: true,
  ...(except && { except }),
});

export const BANNED_WORDS: readonly BannedWord[] = [
  // The glossary has another term.
  anywhere('films?', 'movie'),
  anywhere('showings?|(the|its) shows?', 'showtime'),
  anywhere('halls?', 'room'),
  anywhere('due (rows?|kinds?|work)', 'job'),
  anywhere('card events?', 'Stripe event'),
  anywhere('card facts?', 'Stripe fact'),
  anywhere('judg(e|es|ed|ing|ements?|ments?)', 'settle, settlement, decide'),
  anywhere('learn(s|t|ed|ing)? (an? |the )?(intents?|refunds?)', 'apply a fact'),
  anywhere('booking terms', 'booking policy'),
  anywhere('(un)?bur(y|ies|ied)', 'store as a dead letter, park'),
  anywhere('unheard', 'unsubscribed'),
  anywhere('nudg(e|es|ed|ing)', 'signal'),
  anywhere('leaving notices?', 'readiness delay'),
  anywhere('knobs?', 'control'),
  asName('.*\\b(desks?|offices?)', 'harness'),
  asName('surroundings', 'fakes, harness'),
  asName('houses?', 'theatre'),
  asName('.*stored (stripe )?events?.*', 'StripeEvent'),
  asName('meaning of', 'toCardPaymentError'),
  asName('.*\\bkey burnt.*|key busy', 'IdempotencyKeySpent, IdempotencyKeyInUse'),
  asName('quiet|.*\\bquietly', 'RateLimitBackOff, or what happens'),
  asName('(may|try|trying) com(e|ing) back|seats back', 'canBeRevived, reclaimSeats, seatsReclaimed'),
  asName('abandon payments', 'CancelOpenPayments'),
  asName('seat sold', 'PricedSeat'),
  asName('standing', 'CustomerUsage'),
  asName('must fit', 'assertWithinLimits'),
  asName('some are due', 'blockedByExpiredHold'),
  asName('change free', 'changeSkippingLocked'),
  asName('look around', 'readHoldSituation'),
  asName('work off.*', 'process…'),
  asName('glance', 'read'),
  asName('heard alerts|remembered audit trail', 'InMemoryAlerts, InMemoryAuditTrail'),
  asName('aside|give away during', 'withoutSlot, RequestSlot'),
  asName('foundation( of)?', 'commonModules'),
  asName('with tool|tool module', 'withCli, CliModule'),
  asName('messaging life', 'MessagingLifecycle'),
  asName('deeds?', 'effects'),
  asName('by itself', 'STRIPE_INITIATED'),
  asName('kept secrets', 'loadOrCreateSecrets'),
  asName('entrust', 'cleanUpOnExit'),
  asName('gate', 'TransactionBarrier'),
  asName('everything holds', 'assertInvariants'),
  asName('hold is over|hold over', 'HoldExpired'),
  asName('room occupied', 'ShowtimesOverlap'),
  // A field of `GET /admin/stripe-events`.
  asName('(.* )?tries', 'attempts', /\/stripe-event(s\.int-spec|\.view)\.ts$/),
  asName('put back', 'release'),
  asName('(is )?leaving', 'draining, shutting down'),
  asName('take due.*', 'claim'),
  asName('comparable', 'sortKey, or what was left out'),
  asName('(un)?forgotten .*', 'stale'),

  // Metaphors.
  anywhere('(front )?doors?', 'route, entrance, or what it is'),
  anywhere('waiting rooms?', 'queue, waiting requests'),
  anywhere('workshops?', 'worker modules'),
  anywhere('undertakers?', 'reaper'),
  anywhere('gardens?|soil|hens?|eggs?', 'project, fixtures, cycle-a, cycle-b'),
  anywhere('roads?', 'path, or what happens'),
  anywhere('weather', 'faults'),
  anywhere('storms?', 'load, faults'),
  anywhere('deaf', 'without webhooks'),
  anywhere('in hand', 'in progress'),
  anywhere('the hard way', 'what is done'),

  // Turns of phrase that a reader has to work out.
  anywhere('whoever|whatever|wherever', 'who, what, where, every, any'),
  anywhere('nobody (needs?|cared|asked|knows|waits|looks|reads|listened|is connected)', 'name what does not happen'),
  anywhere('(over)?hear(s|d|ing)?', 'receives, knows'),
  anywhere('(is|are|was|were|be|being) told(?! apart)', 'receives, knows, is asked to'),
  anywhere('who waits', 'the waiting request, customer, …'),
  anywhere('(?<!there )is nothing(?! (to|left|else|but|more))( new)?', 'changes nothing, is undefined'),
  anywhere('in vain', 'without success'),
  anywhere('(to|for|of|by|from|than) who', 'a user who, those who'),
  anywhere('the own', 'their own, your own'),
  anywhere('sign(s|ed|ing)? in(?! with)', 'log in'),
  anywhere('(a|the|no|each|every|first|last|next|second|other|its) try(?! each)|number of tries', 'attempt'),
  anywhere('in spite of', 'although'),
  anywhere('thereby|therein|thereof|hence|thus|lest|albeit|whilst|forthwith|kindred|elder', 'a plain word'),
  anywhere('(a|the|one) look|looks after', 'query, read, check'),
  anywhere('come what may|no matter (what|how|who)', 'always'),
  anywhere('g[ai]ves? (it|them|[a-z]+ [a-z]+) away', 'releases, frees'),
];

/** Published names keep their words. They are removed from a text before it is read. */
export const PUBLISHED: readonly RegExp[] = [
  // The exchange for events without a subscription, declared in brokers that run.
  /cinema\.unheard/g,
  // The name of a genre.
  /film\s+noir/gi,
];

/** Files that quote these words, and data. */
export const UNREAD: readonly RegExp[] = [
  /^test\/tidy(\.spec\.ts|\/)/,
  /^docs\/glossary\.md$/,
  /^CHANGELOG\.md$/,
  /common-passwords/,
  /programme\/theatres\.ts$/,
  // Not English.
  /languages\/(?!en\.)[\w-]+\.ts$/,
];
