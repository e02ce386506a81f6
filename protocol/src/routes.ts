import type { z } from 'zod';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RouteDef {
  method: HttpMethod;
  /** Fastify's form: `/v1/rooms/:slug/messages`. */
  path: string;
  auth: 'none' | 'bearer';
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  responses: Record<number, z.ZodType>;
}

/** Declares a feature's REST calls: name → method, path, schemas. */
export const defineRoutes = <T extends Record<string, RouteDef>>(routes: T): T => routes;
