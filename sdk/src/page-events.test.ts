import { afterEach, describe, expect, it, vi } from 'vitest';
import { listenToPage } from './page-events.ts';

const pageHide = (persisted: boolean) => Object.assign(new Event('pagehide'), { persisted });

describe('page events', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('are not there in Node', () => {
    expect(() => listenToPage({ onWake: () => undefined, onLeave: () => undefined })()).not.toThrow();
  });

  it('wake the client with the network and with a look at the page, and end with it for good alone', () => {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    vi.stubGlobal('window', window);
    vi.stubGlobal('document', document);
    const heard: string[] = [];
    const stop = listenToPage({ onWake: () => heard.push('wake'), onLeave: () => heard.push('leave') });
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(pageHide(true));
    expect(heard).toEqual([]);
    document.visibilityState = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('online'));
    window.dispatchEvent(pageHide(false));
    expect(heard).toEqual(['wake', 'wake', 'leave']);
    stop();
    window.dispatchEvent(new Event('online'));
    expect(heard).toHaveLength(3);
  });
});
