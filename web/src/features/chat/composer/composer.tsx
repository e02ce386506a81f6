import type { Mention, RoomState, TimelineMessage } from '@boltorezka/sdk';
import { type RefObject, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { useKeptFocus } from '../../../lib/use-kept-focus.ts';
import { useMediaQuery } from '../../../lib/use-media-query.ts';
import { useStore } from '../../../lib/use-store.ts';
import { IconButton } from '../../../ui/button.tsx';
import { UploadList } from '../../attachments/upload-list.tsx';
import type { Uploads } from '../../attachments/use-uploads.ts';
import type { Times } from '../times.ts';
import { type ClosedReason, closedReasonOf } from './closed-reason.ts';
import { CompletionList } from './completion-list.tsx';
import styles from './composer.module.css';
import {
  Closed,
  ComposingBar,
  Counter,
  counterFrom,
  FilesWait,
  SlowMode,
  SpokenClosed,
  SpokenComposing,
} from './composer-notes.tsx';
import { ComposerTools } from './composer-tools.tsx';
import type { Composing } from './composing.ts';
import { TypingLine } from './typing-line.tsx';
import { type ComposerControl, useComposer } from './use-composer.ts';
import type { ComposeAct } from './use-composing.ts';
import { useHasBlocked } from './use-has-blocked.ts';

export interface ComposerProps {
  /** The room itself, or one of its threads. */
  threadRootId?: string;
  placeholder: string;
  state: Pick<RoomState, 'slug' | 'details' | 'self' | 'may'>;
  /** Who may be called by name without asking the server. */
  people: readonly Mention[];
  typing: RoomState['typing'];
  /** My last message here, to be edited by the upward arrow. */
  lastOwn: TimelineMessage | null;
  /** When I wrote here last, or will have where a message of mine waits for its time. */
  lastOwnAt: string | null;
  composing: Composing | null;
  uploads: Uploads;
  times: Times;
  /** Filled with what others need of the composer. */
  control: ComposerControl;
  onCompose: (act: ComposeAct) => void;
  /** The draft is to be let go of when `onKept` is called, and not before. */
  onSend: (input: { text: string } & Partial<Sent>, onKept: () => void) => void;
  /** As `onSend`. */
  onEdit: (
    messageId: string,
    input: { text: string; mentions: readonly Mention[] },
    onKept: () => void,
  ) => void;
  onTyping: () => void;
}

interface Sent {
  replyTo: string;
  mentions: readonly Mention[];
  mentionsEveryone: boolean;
  attachments: Uploads['attachments'];
}

type Writing = ReturnType<typeof useComposer>;

interface TextAreaProps {
  writing: Writing;
  placeholder: string;
}

/** It is called by what it invites to: beside a thread there are two. */
const MessageField = ({ writing, placeholder }: TextAreaProps) => {
  const byThumb = useMediaQuery('(pointer: coarse)');
  const { field, completion, listId, counterId, left } = writing;
  const isListed = completion.candidates.length > 0;
  return (
    // The copy in data-text gives the cell its height, and the field follows.
    <div className={styles.grow} data-text={field.text}>
      <textarea
        ref={field.input}
        className={styles.input}
        rows={1}
        enterKeyHint={byThumb ? 'enter' : 'send'}
        aria-label={placeholder}
        aria-autocomplete="list"
        aria-controls={isListed ? listId : undefined}
        aria-activedescendant={isListed ? `${listId}-${completion.active}` : undefined}
        aria-describedby={left > counterFrom ? undefined : counterId}
        aria-invalid={left < 0 ? true : undefined}
        placeholder={placeholder}
        data-testid="chat-input"
        value={field.text}
        onChange={(event) => writing.handleChange(event.target.value)}
        onSelect={completion.look}
        onKeyDown={(event) => writing.handleKey(event, byThumb)}
        onPaste={writing.handlePaste}
      />
    </div>
  );
};

/**
 * Enter sends, Shift and Enter begin a new line; where one types with a thumb there is no Shift to hold, so Enter begins a
 * line and the button sends.
 */
const OpenComposer = (props: ComposerProps) => {
  const { t } = useTranslation();
  const id = useId();
  const writing = useComposer(props, id);
  const { composing, uploads, typing, placeholder, state, times, onCompose } = props;
  const { slow, refusedAt } = writing;
  return (
    <div ref={writing.box} className={styles.composer} data-testid="composer">
      {composing ? <ComposingBar composing={composing} onCancel={() => onCompose(null)} /> : null}
      <SpokenComposing composing={composing} />
      <div className={styles.uploadsPlace}>
        <UploadList uploads={uploads} onLost={writing.focus} />
      </div>
      <CompletionList id={writing.listId} completion={writing.completion} />
      <div className={styles.line}>
        <ComposerTools writing={writing} mayAttach={state.may.attach && composing?.kind !== 'edit'} />
        <MessageField writing={writing} placeholder={placeholder} />
        <IconButton
          variant="primary"
          icon={composing?.kind === 'edit' ? 'check' : 'send'}
          label={composing?.kind === 'edit' ? t('chat.saveEdit') : t('chat.send')}
          data-testid="chat-send"
          disabled={!writing.isSendable && !writing.waits}
          onClick={writing.send}
        />
      </div>
      <Counter id={writing.counterId} left={writing.left} />
      <SlowMode wait={slow} refusedAt={refusedAt} times={times} />
      <FilesWait isQueued={writing.isQueued} isStuck={writing.isStuck} />
      <TypingLine typing={typing} />
    </div>
  );
};

/** Whoever waited here until one may write again, writes. @returns whether who may not write is elsewhere in the page. */
const useReopened = (
  place: RefObject<HTMLElement | null>,
  isClosed: boolean,
  control: ComposerControl,
): boolean => {
  const [isElsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const isHere = document.activeElement === place.current;
    setElsewhere(isClosed && !isHere);
    if (!isClosed && isHere) control.current?.focus();
  }, [isClosed, place, control]);
  return isElsewhere;
};

interface ClosedComposerProps extends Pick<ComposerProps, 'uploads' | 'times'> {
  reason: ClosedReason;
  onLost: () => void;
}

/** Why nothing can be written, beneath what was sent before that and is still the writer's to settle: its files, and that it did not go. */
const ClosedComposer = ({ reason, uploads, times, onLost }: ClosedComposerProps) => {
  const { queue, list } = uploads;
  const isStuck = useStore(queue.stuck) !== null;
  // Whoever was put out of the room, and has come back, knows of that here as well.
  useEffect(() => queue.handleReturned(), [queue]);
  return (
    <>
      <div className={cx((isStuck || list.length > 0) && styles.left)}>
        <div className={styles.uploadsPlace}>
          <UploadList uploads={uploads} onLost={onLost} />
        </div>
        <FilesWait isQueued={false} isStuck={isStuck} />
      </div>
      <Closed reason={reason} times={times} />
    </>
  );
};

/** Where messages are written, or why none can be. Whoever was writing as it closed has the focus there. */
export const Composer = (props: ComposerProps) => {
  const hasBlocked = useHasBlocked(props.state.slug);
  const closed = closedReasonOf({ ...props.state, hasBlocked });
  const kept = useKeptFocus<HTMLDivElement>(closed?.kind);
  const isElsewhere = useReopened(kept.ref, closed !== null, props.control);
  return (
    <>
      <SpokenClosed reason={isElsewhere ? closed : null} times={props.times} />
      <div className={styles.place} {...kept}>
        {closed ? (
          <ClosedComposer {...props} reason={closed} onLost={() => kept.ref.current?.focus()} />
        ) : (
          <OpenComposer {...props} />
        )}
      </div>
    </>
  );
};
