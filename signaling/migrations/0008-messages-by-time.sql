-- What is searched for is shown newest first, in all rooms that somebody may read: a frequent word is found by walking back.
CREATE INDEX messages_by_time ON messages (created_at DESC, id DESC) WHERE deleted_at IS NULL;
