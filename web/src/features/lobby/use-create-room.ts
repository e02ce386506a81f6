import { AppError, limits, toOneLine } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { isSlug, suggestSlug } from './slug.ts';

interface Problems {
  title?: 'title';
  slug?: 'slug' | 'taken';
}

const validate = (title: string, slug: string): Problems => {
  const { length } = toOneLine(title);
  const titleFits = length >= limits.minRoomTitleLength && length <= limits.maxRoomTitleLength;
  return {
    ...(titleFits ? {} : { title: 'title' as const }),
    ...(isSlug(slug) ? {} : { slug: 'slug' as const }),
  };
};

/** The state of the form. The address follows the name until it is written by hand. */
export const useCreateRoom = (onCreated: (slug: string) => void) => {
  const { rooms } = useServices().client;
  const [title, setTitle] = useState('');
  const [ownSlug, setOwnSlug] = useState<string | null>(null);
  const [isPublic, setIsPublic] = useState(true);
  // Hidden until somebody says otherwise: who has seen the name of a room cannot be made to forget it.
  const [acceptsRequests, setAcceptsRequests] = useState(false);
  const [topic, setTopic] = useState('');
  const [category, setCategory] = useState('');
  const [problems, setProblems] = useState<Problems>({});
  const [errorKey, setErrorKey] = useState<ReturnType<typeof errorTextKey> | null>(null);
  const [busy, setBusy] = useState(false);
  const slug = ownSlug ?? suggestSlug(title);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = validate(title, slug);
    setProblems(found);
    setErrorKey(null);
    if (busy || found.title || found.slug) return;
    setBusy(true);
    try {
      const room = await rooms.create({
        slug,
        title: title.trim(),
        is_public: isPublic,
        ...(isPublic ? {} : { accepts_requests: acceptsRequests }),
        ...(toOneLine(topic) === '' ? {} : { topic: toOneLine(topic) }),
        ...(toOneLine(category) === '' ? {} : { category: toOneLine(category) }),
      });
      onCreated(room.slug);
    } catch (error) {
      if (error instanceof AppError && error.code === 'Conflict') setProblems({ slug: 'taken' });
      else setErrorKey(errorTextKey(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    ...{ title, slug, isPublic, acceptsRequests, topic, category, problems, errorKey, busy },
    ...{ setTitle, setOwnSlug, setIsPublic, setAcceptsRequests, setTopic, setCategory, submit },
  };
};
