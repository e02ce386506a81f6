/** Has the browser keep a text as a file of that name. */
export const saveFile = (name: string, text: string, mediaType: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
};
