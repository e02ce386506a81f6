import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RouteDef {
  method: HttpMethod;
  /** Fastify's form: `/v1/rooms/:slug/messages`. */
  path: string;
  auth: 'none' | 'optional' | 'bearer';
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The body is a file's bytes, of whatever content type, and no JSON. */
  requestBody?: 'binary';
  /** A success answers a file's bytes: 200 whole, 206 a part of them, 304 where the asker has them already. */
  responseBody?: 'binary';
  responses: Record<number, z.ZodType>;
}

/** Declares a feature's REST calls: name → method, path, schemas. */
export const defineRoutes = <T extends Record<string, RouteDef>>(routes: T): T => routes;
