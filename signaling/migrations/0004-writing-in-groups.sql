-- What each message costs that is written. SQL is limited to what PostgreSQL 15 knows.

-- Names a message that its sender named, by a hash of room, person and name: a third of the index that it takes the place of,
-- and there is one way alone to look it up. The same is computed by the server for each new message.
ALTER TABLE messages ADD COLUMN retry_key uuid;
UPDATE messages
SET retry_key = encode(substring(
  sha256(convert_to(room_id::text || ' ' || user_id::text || ' ' || client_message_id, 'UTF8')) FOR 16), 'hex')::uuid
WHERE client_message_id IS NOT NULL;
ALTER TABLE messages
  ADD CONSTRAINT messages_retry_key_key UNIQUE (retry_key),
  DROP CONSTRAINT messages_room_id_user_id_client_message_id_key,
  -- Each is a query a row. Both are known under the room's lock: a room is deleted after its messages are, and rows of
  -- people are never deleted.
  DROP CONSTRAINT messages_room_id_fkey,
  DROP CONSTRAINT messages_user_id_fkey;

-- Rows that each message updates: room for another version on the same page, so that no index has to change.
ALTER TABLE rooms SET (fillfactor = 50);
ALTER TABLE room_reads SET (fillfactor = 70);
