import jwt from 'jsonwebtoken';

/** Whose token it is. */
export const sessionIdOf = (token: string): string => (jwt.decode(token) as { sid: string }).sid;
