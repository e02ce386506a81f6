/** Wherever it is opened, it is one part of the page. */
export const loadEmojiPicker = () => import('./emoji-picker.tsx');
