import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { droppedFiles } from './dropped-files.ts';

const hasFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes('Files');

/**
 * Files that are dragged over an element, and what is done with them when they are let go.
 * @param refusal what is said instead, where they are not wanted.
 */
export const useDrop = (
  refusal: 'files.notYet' | 'files.notHere' | null,
  onDrop: (files: File[]) => void,
) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  // Enter and leave come for each element inside, too.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const end = (): void => {
    depth.current = 0;
    setOver(false);
  };
  const handlers = {
    onDragEnter: (event: DragEvent): void => {
      if (refusal || !hasFiles(event)) return;
      event.preventDefault();
      depth.current += 1;
      setOver(true);
    },
    onDragOver: (event: DragEvent): void => {
      if (hasFiles(event)) event.preventDefault();
    },
    onDragLeave: (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth.current -= 1;
      if (depth.current <= 0) end();
    },
    onDrop: (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      // Else the browser would leave the page and show the file.
      event.preventDefault();
      end();
      if (refusal) return toasts.show(t(refusal));
      const { files, hasFolders } = droppedFiles(event.dataTransfer);
      if (hasFolders) toasts.show(t('files.noFolders'));
      onDrop(files);
    },
  };
  return { isOver, handlers };
};
