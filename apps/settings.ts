/** The settings of the whole system. Every process reads all of them, so that the first one that starts reports a wrong variable. */
import { AuthSettings } from '@app/auth';
import { MoviesSettings } from '@app/movies';
import { NotificationsSettings } from '@app/notifications';
import { PaymentsSettings } from '@app/payments';
import { type LoadedSettings, loadSettings } from '@app/platform/config/load-settings.js';
import { Settings } from '@app/platform/config/settings.js';
import { ReservationsSettings } from '@app/reservations';
import { SubscriptionsSettings } from '@app/subscriptions';

/** Throws `SettingsInvalid` with every fault. */
export function readSettings(variables: Readonly<Record<string, string | undefined>>): LoadedSettings {
  return loadSettings(variables, [
    Settings,
    AuthSettings,
    MoviesSettings,
    ReservationsSettings,
    PaymentsSettings,
    NotificationsSettings,
    SubscriptionsSettings,
  ]);
}
