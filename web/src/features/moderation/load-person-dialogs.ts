/** Wherever they are opened, they are one part of the page. */
export const loadPersonDialogs = () => import('./person-dialogs.tsx');
