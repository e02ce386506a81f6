import { afterEach, describe, expect, it, vi } from 'vitest';
import { listenToPage } from './page-events.ts';

const nothing = () => undefined;

const pageHide = (persisted: boolean) => Object.assign(new Event('pagehide'), { persisted });

describe('page events', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('are not there in Node', () => {
    expect(() =>
      listenToPage({ onWake: nothing, onNetworkChange: nothing, onHidden: nothing, onLeave: nothing })(),
    ).not.toThrow();
  });

  it('wake the client with the network and with a look at the page, and end with it for good alone', () => {
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    vi.stubGlobal('window', window);
    vi.stubGlobal('document', document);
    const connection = new EventTarget();
    vi.stubGlobal('navigator', { connection });
    const heard: string[] = [];
    const stop = listenToPage({
      onWake: () => heard.push('wake'),
      onNetworkChange: () => heard.push('network'),
      onHidden: () => heard.push('hidden'),
      onLeave: () => heard.push('leave'),
    });
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(pageHide(true));
    expect(heard).toEqual(['hidden']);
    document.visibilityState = 'visible';
    document.dispatchEvent(new Event('visibilitychange'));
    window.dispatchEvent(new Event('online'));
    connection.dispatchEvent(new Event('change'));
    window.dispatchEvent(pageHide(false));
    expect(heard).toEqual(['hidden', 'wake', 'wake', 'network', 'wake', 'network', 'leave']);
    stop();
    window.dispatchEvent(new Event('online'));
    connection.dispatchEvent(new Event('change'));
    expect(heard).toHaveLength(7);
  });
});
