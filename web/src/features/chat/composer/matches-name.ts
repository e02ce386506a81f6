const normalize = (text: string): string => text.toLocaleLowerCase().replaceAll('ё', 'е');

/** Whether the query is the beginning of the name, or of a word of it. */
export const matchesName = (name: string, query: string): boolean => {
  const wanted = normalize(query);
  const whole = normalize(name);
  return whole.startsWith(wanted) || whole.split(/\s+/).some((word) => word.startsWith(wanted));
};
