/** Asks the server's REST as somebody; what is asked for is expected to be done. */
export type AskAs = (token: string, request: string, body?: object) => Promise<unknown>;

/** @returns what takes `PUT /v1/…`, and resolves with the answer's body. */
export const createAskAs =
  (url: string): AskAs =>
  async (token, request, body) => {
    const [method = 'GET', path = '/'] = request.split(' ');
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!response.ok) throw new Error(`${request}: ${response.status} ${await response.text()}`);
    return response.json();
  };
