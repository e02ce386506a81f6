export { createAccountRepository, isLastAdministrator } from './account-repository.ts';
export {
  type AccountService,
  createAccountService,
  hashResetCode,
  lastAdministratorError,
  noSuchAccount,
} from './account-service.ts';
export { AccountClearing } from './clearing.ts';
export { createClearingRepository } from './clearing-repository.ts';
export { createRefreshCookies } from './cookies.ts';
export { createExportRepository } from './export-repository.ts';
export { createKnownDevices } from './known-devices.ts';
export { createPasswords, type PasswordCost } from './passwords.ts';
export { createRefreshTokens } from './refresh-tokens.ts';
export {
  createRegistrationRepository,
  selectRegistrationMode,
  updateRegistrationMode,
} from './registration-repository.ts';
export { createRenewalRepository } from './renewal-repository.ts';
export { createAuthRepository, revokeSessions } from './repository.ts';
export { registerAuthRoutes } from './routes.ts';
export { createAuthService } from './service.ts';
export { createSignInGuard } from './sign-in-guard.ts';
export { Succession } from './succession.ts';
export {
  claim,
  createSuccessionRepository,
  passOnRestOf,
  passOnRoomsOf,
  type RoomNews,
} from './succession-repository.ts';
export { startSweeper } from './sweeper.ts';
export { createTicketRepository } from './ticket-repository.ts';
export { type AccessClaims, createTokens, type TicketClaims, type Tokens } from './tokens.ts';
