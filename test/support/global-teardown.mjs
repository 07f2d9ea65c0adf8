// Ends the servers after the last integration or e2e suite.
export { stopServers as default } from './global-setup.mjs';
