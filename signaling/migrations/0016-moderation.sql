-- Bans and mutes that end by time: whichever process finds one that is over tells of it. SQL is limited to what PostgreSQL 15 knows.
CREATE INDEX room_bans_by_end ON room_bans (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX room_mutes_by_end ON room_mutes (expires_at) WHERE expires_at IS NOT NULL;

-- What a message said, and how its files were called, when it was reported; nothing once the report is dealt with.
ALTER TABLE reports ADD COLUMN reported_text text, ADD COLUMN reported_file_names text[];

-- Of reports that wait already, where it says the same still: what it said before an edit is nowhere.
UPDATE reports p SET reported_text = m.text, reported_file_names = ARRAY(
    SELECT a.name FROM attachments a WHERE a.message_id = m.id ORDER BY a.position, a.id)
  FROM messages m
  WHERE m.id = p.message_id AND p.resolved_at IS NULL AND m.deleted_at IS NULL
    AND (m.edited_at IS NULL OR m.edited_at < p.created_at);

-- Whoever belongs to a private room and has never opened it: what is written from now on is unread.
INSERT INTO room_reads (user_id, room_id, seq, message_count, threads_since_seq)
  SELECT m.user_id, r.id, r.last_seq, r.message_count, r.last_seq FROM room_members m JOIN rooms r ON r.id = m.room_id
  WHERE r.kind = 'room' AND NOT r.is_public AND r.deleted_at IS NULL ON CONFLICT DO NOTHING;
