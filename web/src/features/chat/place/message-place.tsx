import { createStore, type OpenRoom, type RoomMay, type User } from '@boltorezka/sdk';
import { type ReactNode, type RefObject, useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/icon.tsx';
import { Lazily } from '../../../ui/lazily.tsx';
import attachmentStyles from '../../attachments/attachments.module.css';
import { useDrop } from '../../attachments/use-drop.ts';
import { useBlockedIds } from '../../people/use-blocked-ids.ts';
import type { attachRefusalOf } from '../composer/closed-reason.ts';
import type { ComposerControl } from '../composer/use-composer.ts';
import type { ComposeAct } from '../composer/use-composing.ts';
import { type Floating, type Surface, SurfaceProvider } from '../message/surface.tsx';
import styles from './place.module.css';
import { useActs } from './use-acts.ts';

const loadFloating = () => import('./floating-view.tsx');

interface MessagePlaceProps {
  kind: Surface['kind'];
  room: OpenRoom;
  outbox: Pick<OpenRoom, 'retry' | 'discard'>;
  may: RoomMay;
  attachRefusal: ReturnType<typeof attachRefusalOf>;
  me: User;
  composer: ComposerControl;
  box: RefObject<HTMLElement | null>;
  compose: (act: ComposeAct) => void;
  openThread: (rootId: string) => void;
  jumpTo: (messageId: string) => void;
  children: ReactNode;
}

/** What floats over the messages, and which of them it belongs to. */
const useFloating = () => {
  const [floating, setFloating] = useState<Floating | null>(null);
  const [heldKey] = useState(() => createStore<string | null>(null));
  const shown = useRef<Floating | null>(null);
  const show = useCallback(
    (next: Floating | null) => {
      shown.current = next;
      heldKey.set(next?.message.key ?? null);
      setFloating(next);
    },
    [heldKey],
  );
  /** What was opened from what closes now stays. */
  const close = useCallback(
    (closed: Floating) => {
      if (shown.current === closed) show(null);
    },
    [show],
  );
  return { floating, heldKey, show, close };
};

/** Where messages are shown and written: what can be done with them, what floats over them, and files that are dropped. */
export const MessagePlace = (props: MessagePlaceProps) => {
  const { t } = useTranslation();
  const { kind, room, may, attachRefusal, me, composer, children } = props;
  const { floating, heldKey, show, close } = useFloating();
  const acts = useActs({ ...props, open: show });
  const blockedIds = useBlockedIds();
  const surface = useMemo(
    () => ({ kind, room, may, me, acts, blockedIds, heldKey }),
    [kind, room, may, me, acts, blockedIds, heldKey],
  );
  const drop = useDrop(attachRefusal, (files) => composer.current?.addFiles(files));
  return (
    <SurfaceProvider value={surface}>
      <div className={styles.place} data-place={kind} {...drop.handlers}>
        {children}
        {drop.isOver ? (
          <div className={attachmentStyles.drop}>
            <Icon name="attach" />
            {t('files.drop')}
          </div>
        ) : null}
        <Lazily
          load={loadFloating}
          when={floating !== null}
          onFail={() => {
            if (floating) close(floating);
          }}
        >
          {({ FloatingView }) =>
            floating ? <FloatingView room={room} floating={floating} onClose={() => close(floating)} /> : null
          }
        </Lazily>
      </div>
    </SurfaceProvider>
  );
};
