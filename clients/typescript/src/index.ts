export * from './generated/index.js';
export { PROBLEM_CODES, type Problem, type ProblemCode } from './generated/problems.gen.js';
export { createCinemaClient, type CinemaClient, type CinemaClientOptions, type Tokens } from './cinema-client.js';
export { itemsOf } from './pages.js';
export { isProblem, NotModified, problemPageOf } from './problems.js';
