/** What may be asked of the server of those who join one request after another: once, and first of all. */
export interface OpenSequential {
  type: 'open';
  /** UDP, on 127.0.0.1: media of everybody. */
  mediaPort: number;
  /** The code of its page. */
  script: string;
}

export interface SequentialOpened {
  type: 'opened';
  /** TCP, on 127.0.0.1: the page and its socket. */
  port: number;
}
