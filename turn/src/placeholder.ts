/** A value that somebody was meant to replace: `<secret>`, `change-me-please`, `your-secret`. */
export const isPlaceholder = (value: string): boolean =>
  /^<.*>$/.test(value.trim()) ||
  /^((change|replace)(me)?|your|example|placeholder|secret|todo|xxx+)([-_ ].*)?$/i.test(value.trim());
