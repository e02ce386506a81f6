/** @returns false where the browser keeps its clipboard to itself: on pages that are not secure, say. */
export const copyText = async (text: string): Promise<boolean> => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
};
