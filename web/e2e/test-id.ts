/** The selector of what the page names so for tests. */
export const testId = (id: string) => `[data-testid="${id}"]`;
