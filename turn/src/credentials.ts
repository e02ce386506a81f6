import { createHmac } from 'node:crypto';

export interface TurnCredentials {
  username: string;
  credential: string;
}

export interface TurnCredentialInput {
  /** coturn's `static-auth-secret`. */
  secret: string;
  /** Quotas count by it: each person has an own user name. */
  userId: string;
  ttlS: number;
  now?: () => number;
}

/**
 * Credentials for `use-auth-secret` of coturn: the user name says when they end, the password proves that we said so
 * (draft-uberti-behave-turn-rest-00). coturn asks for SHA-1 here.
 */
export const mintTurnCredentials = ({
  secret,
  userId,
  ttlS,
  now = Date.now,
}: TurnCredentialInput): TurnCredentials => {
  const username = `${Math.floor(now() / 1000) + ttlS}:${userId}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
};
