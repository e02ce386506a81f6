/** A failure that a person can mend; its message says how. */
export class StartError extends Error {
  override name = 'StartError';
}

/** The server that was asked for, without its password. */
export const nameOf = (variable: string, url: string): string => {
  const { protocol, host, pathname } = new URL(url);
  return `${variable} names ${protocol}//${host}${pathname}`;
};

export const unreachable = (variable: string, url: string): string =>
  `${nameOf(variable, url)}, which does not answer. Start it, or correct ${variable}.`;

export const refusing = (variable: string, url: string): string =>
  `${nameOf(variable, url)}, which lets nobody in with that name and password. Correct ${variable}.`;
