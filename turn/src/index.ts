export { mintTurnCredentials, type TurnCredentialInput, type TurnCredentials } from './credentials.ts';
export { isPlaceholder } from './placeholder.ts';
export { type ProbeOptions, type ProbeOutcome, type ProbeReport, probeTurn } from './probe.ts';
export { renderTurnConfig, type TurnConfig, TurnConfigError, type TurnQuotas } from './render-config.ts';
export type { Endpoint } from './stun-address.ts';
export { decodeMessage, encodeMessage } from './stun-message.ts';
export {
  createTurnClient,
  type TurnAllocation,
  type TurnClient,
  type TurnClientOptions,
  TurnRefusal,
} from './turn-client.ts';
export { startTurnServer, type TurnServer, type TurnServerOptions } from './turn-server.ts';
