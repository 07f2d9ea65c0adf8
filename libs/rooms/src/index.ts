export { RoomsApi, RoomsWorker } from './rooms.module.js';
