export { createAuthRepository } from './repository.ts';
export { registerAuthRoutes } from './routes.ts';
export { createAuthService } from './service.ts';
export { createTokens, type Tokens } from './tokens.ts';
