export { PaymentsApi, PaymentsWorker } from './payments.module.js';
