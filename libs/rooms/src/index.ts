export { RoomsApi, RoomsModule, RoomsWorker } from './rooms.module.js';
