declare module '@20minutes/s3rver' {
  /** An S3-compatible server that keeps its objects in a folder; its only key is S3RVER, with the secret S3RVER. */
  export default class S3rver {
    constructor(options: {
      directory: string;
      address: string;
      port: number;
      silent: boolean;
      configureBuckets: { name: string }[];
    });
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
