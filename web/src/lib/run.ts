/** For an action whose outcome the stores tell: a failure has no other place to be shown. */
export const runQuietly = (action: Promise<unknown>): void => {
  action.catch(() => undefined);
};
