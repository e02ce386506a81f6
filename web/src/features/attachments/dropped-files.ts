interface Dropped {
  files: File[];
  hasFolders: boolean;
}

/** A folder comes as a file that nobody can read. */
export const droppedFiles = ({ items }: Pick<DataTransfer, 'items'>): Dropped => {
  const all = [...items].filter(({ kind }) => kind === 'file');
  const taken = all.filter((item) => !item.webkitGetAsEntry()?.isDirectory);
  return { files: taken.flatMap((item) => item.getAsFile() ?? []), hasFolders: taken.length < all.length };
};
