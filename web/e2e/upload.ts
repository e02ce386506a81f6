interface UploadInput {
  url: string;
  token: string;
  roomSlug: string;
  name: string;
  content: Buffer<ArrayBuffer> | string;
}

/** Uploads a file without a browser. @returns its id. */
export const uploadFile = async ({ url, token, roomSlug, name, content }: UploadInput): Promise<string> => {
  const response = await fetch(`${url}/v1/rooms/${roomSlug}/attachments?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/octet-stream' },
    body: content,
  });
  if (response.status !== 201) throw new Error(`upload: ${response.status} ${await response.text()}`);
  const { attachment } = (await response.json()) as { attachment: { id: string } };
  return attachment.id;
};
