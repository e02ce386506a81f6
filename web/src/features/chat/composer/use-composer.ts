import { limits, type Mention, type SendInput } from '@boltorezka/sdk';
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../../lib/services.tsx';
import { attachRefusalOf } from './closed-reason.ts';
import { insert } from './completion.ts';
import type { ComposerProps } from './composer.tsx';
import { type SlowWait, useSlowMode } from './composer-notes.tsx';
import { mentionsIn, whoMayBeMeant } from './mentions-in.ts';
import { pastedFiles } from './pasted-files.ts';
import { useCompletion } from './use-completion.ts';
import { useSendQueue } from './use-send-queue.ts';
import { useText } from './use-text.ts';

/** What others may ask of the composer. */
export type ComposerControl = RefObject<{
  focus(): void;
  addFiles(files: readonly File[]): void;
  /** Calls somebody by name where the caret is. */
  mention(person: Mention): void;
} | null>;

const useSend = (props: ComposerProps, { field, completion, box }: Parts) => {
  const { composing, uploads, state, people, onCompose, onSend, onEdit } = props;
  const { text, chosen, input } = field;
  const named = composing?.kind === 'edit' ? composing.message.mentions : [];
  const answeredId = composing?.kind === 'reply' ? composing.message.id : null;
  const findMentions = () => mentionsIn(text, whoMayBeMeant({ chosen, named, people }));
  const toMessage = (): SendInput => {
    const { mentions, everyone } = findMentions();
    return {
      text,
      ...(answeredId && { replyTo: answeredId }),
      ...(mentions.length > 0 && { mentions }),
      ...(everyone && state.may.mentionEveryone && { mentionsEveryone: true }),
    };
  };
  const leave = (): void => {
    completion.close();
    onCompose(null);
  };
  const pass = (message: SendInput): void => {
    onSend(message, field.empty());
    completion.close();
    onCompose('sent');
  };
  const save = ({ id, text: before }: { id: string; text: string }): void => {
    if (before === text) return leave();
    onEdit(id, { text, mentions: findMentions().mentions }, field.letGoOf(id));
    completion.close();
    onCompose('saved');
  };
  const send = (): void => {
    const { attachments } = uploads;
    if (composing?.kind === 'edit') save(composing.message);
    else {
      uploads.clear();
      pass({ ...toMessage(), ...(attachments.length > 0 && { attachments }) });
    }
    input.current?.focus();
  };
  /** Nobody has asked for it at this moment: whoever works elsewhere in the page goes on there. */
  const passByItself = (message: SendInput): void => {
    const active = document.activeElement;
    const isHere = box.current?.contains(active) && !active?.closest('[popover]');
    pass(message);
    if (isHere && !window.matchMedia('(pointer: coarse)').matches) input.current?.focus();
  };
  return { toMessage, send, pass: passByItself };
};

interface Parts {
  field: ReturnType<typeof useText>;
  completion: ReturnType<typeof useCompletion>;
  box: RefObject<HTMLDivElement | null>;
}

const useAddFiles = ({ uploads, state, composing }: ComposerProps) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  return (files: readonly File[]): void => {
    if (files.length === 0) return;
    const refusal = composing?.kind === 'edit' ? 'files.notHere' : attachRefusalOf(state);
    if (refusal) return toasts.show(t(refusal));
    const { tooMany, empty } = uploads.add(files);
    if (tooMany > 0) toasts.show(t('files.tooMany', { count: limits.maxAttachmentsPerMessage }));
    if (empty > 0) toasts.show(t('files.empty'));
  };
};

interface Reachable {
  input: RefObject<HTMLTextAreaElement | null>;
  addFiles: (files: readonly File[]) => void;
  mention: (person: Mention) => void;
}

const useControl = ({ control, composing }: ComposerProps, { input, addFiles, mention }: Reachable) => {
  useEffect(() => {
    control.current = { focus: () => input.current?.focus(), addFiles, mention };
    return () => {
      control.current = null;
    };
  });
  const known = useRef(composing);
  useEffect(() => {
    // A draft that answers something, found again, does not call for the hand.
    if (known.current === composing || !composing || !input.current) return;
    known.current = composing;
    if (composing.kind === 'reply' && composing.isFound) return;
    input.current.focus();
    const end = input.current.value.length;
    input.current.setSelectionRange(end, end);
  }, [composing, input]);
};

const useKeys = (
  { composing, lastOwn, onCompose }: ComposerProps,
  { field, completion }: Omit<Parts, 'box'>,
  send: () => void,
) => {
  return (event: KeyboardEvent, byThumb: boolean): void => {
    // While an input method composes a word, keys belong to it. Safari ends the word first and says so by a code alone.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (completion.handleKey(event)) return;
    if (event.key === 'Escape' && composing) onCompose(null);
    else if (event.key === 'ArrowUp' && field.text === '' && !composing && lastOwn) {
      onCompose({ kind: 'edit', message: lastOwn });
    } else if (event.key === 'Enter' && !event.shiftKey && !byThumb) send();
    else return;
    event.preventDefault();
  };
};

/** Whether what is there can be sent, and what keeps it. */
const useSendable = ({ composing, uploads, state, lastOwnAt }: ComposerProps, text: string) => {
  const slow = useSlowMode({ ...state, lastOwnAt });
  const isEditing = composing?.kind === 'edit';
  const left = limits.maxChatTextLength - text.length;
  const hasContent = text.trim() !== '' || (!isEditing && uploads.list.length > 0);
  const isWritten = hasContent && left >= 0;
  const isFree = isEditing || (uploads.isReady && slow === null);
  const waits = isWritten && !isEditing && slow === null && uploads.isUnderWay;
  return { slow, left, waits, isSendable: isWritten && isFree };
};

/** How long one had still to wait when what was written did not go; null where nothing was held back. */
const useRefusal = (slow: SlowWait | null) => {
  const [refusedAt, setRefusedAt] = useState<SlowWait | null>(null);
  return {
    refusedAt: slow === null ? null : refusedAt,
    noteAttempt: (): void => setRefusedAt(slow),
  };
};

type Written = Omit<Parts, 'box'> & { sendable: ReturnType<typeof useSendable> };

/** What is written goes at once, or with its files, or not yet. */
const useSending = (props: ComposerProps, { field, completion, sendable }: Written) => {
  const box = useRef<HTMLDivElement>(null);
  const sending = useSend(props, { field, completion, box });
  const { isQueued, isStuck, send, cancel } = useSendQueue({
    ...{ ...sendable, ...sending, composing: props.composing },
    queue: props.uploads.queue,
    text: field.text,
  });
  const { refusedAt, noteAttempt } = useRefusal(sendable.slow);
  return {
    ...{ box, isQueued, isStuck, refusedAt, cancel },
    send: (): void => {
      noteAttempt();
      send();
    },
  };
};

/** Everything that happens while somebody writes. */
export const useComposer = (props: ComposerProps, id: string) => {
  const { composing, state, people, threadRootId, onTyping } = props;
  const { slug: roomSlug, may } = state;
  const place = { roomSlug, ...(threadRootId && { threadRootId }) };
  const field = useText(place, composing);
  const completion = useCompletion({ field, roomSlug, people, mayCallEveryone: may.mentionEveryone });
  const sendable = useSendable(props, field.text);
  const { send, cancel, ...sending } = useSending(props, { field, completion, sendable });
  const handleKey = useKeys(props, { field, completion }, send);
  const addFiles = useAddFiles(props);
  const insertText = (added: string): void => {
    const { selectionStart: start = 0, selectionEnd: end = 0 } = field.input.current ?? {};
    field.apply(insert(field.text, { start, end }, added));
  };
  const mention = (person: Mention): void => {
    field.note(person);
    insertText(`@${person.userName} `);
  };
  useControl(props, { input: field.input, addFiles, mention });
  return {
    ...sendable,
    ...sending,
    ...{ field, completion, send, addFiles, handleKey, insertText },
    focus: () => field.input.current?.focus(),
    listId: `${id}-list`,
    counterId: `${id}-counter`,
    handleChange(text: string): void {
      field.change(text);
      cancel();
      completion.look();
      if (composing?.kind !== 'edit' && text.trim() !== '') onTyping();
    },
    handlePaste(event: ClipboardEvent): void {
      const files = pastedFiles(event.clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      addFiles(files);
    },
  };
};
