/** Rate limits that a test's one address does not meet; tests of limits set their own. */
export const roomyLimits = {
  RATE_LIMIT_AUTH_PER_MINUTE: '100000',
  RATE_LIMIT_REST_PER_MINUTE: '100000',
  RATE_LIMIT_CHANGES_PER_MINUTE: '100000',
  RATE_LIMIT_CONNECT_PER_MINUTE: '100000',
  RATE_LIMIT_SEND_PER_SECOND: '100000',
  RATE_LIMIT_FRAMES_PER_SECOND: '100000',
};
