export { createAuthRepository } from './repository.ts';
export { registerAuthRoutes } from './routes.ts';
export { createAuthService, type Session } from './service.ts';
export { createTokens, type Tokens } from './tokens.ts';
