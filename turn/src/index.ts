export { mintTurnCredentials, type TurnCredentials } from './credentials.ts';
