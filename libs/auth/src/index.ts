export { AuthApi, AuthWorker } from './auth.module.js';
