import { servers } from './global-setup.mjs';

export default async function tearDown() {
  await servers?.stop();
}
