export { PaymentsSettings } from './payments.settings.js';
export { PaymentsApi, PaymentsWorker } from './payments.module.js';
