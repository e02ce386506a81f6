-- Bans and mutes that end by time: whichever process finds one that is over tells of it. SQL is limited to what PostgreSQL 15 knows.
CREATE INDEX room_bans_by_end ON room_bans (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX room_mutes_by_end ON room_mutes (expires_at) WHERE expires_at IS NOT NULL;

-- Those that ran out before have nobody who would be told: each would be another event of its room, all at once.
DELETE FROM room_bans WHERE expires_at <= now();
DELETE FROM room_mutes WHERE expires_at <= now();

-- What a message said, and how its files were called, when it was reported; nothing once the report is dealt with.
ALTER TABLE reports ADD COLUMN reported_text text, ADD COLUMN reported_file_names text[];

-- Of reports that wait already, where it says the same still: what it said before an edit is nowhere.
UPDATE reports p SET reported_text = m.text, reported_file_names = ARRAY(
    SELECT a.name FROM attachments a WHERE a.message_id = m.id ORDER BY a.position, a.id)
  FROM messages m
  WHERE m.id = p.message_id AND p.resolved_at IS NULL AND m.deleted_at IS NULL
    AND (m.edited_at IS NULL OR m.edited_at < p.created_at);

-- Whether administrators alone deal with a report, decided when it is made; of those that wait, by who moderates now.
ALTER TABLE reports ADD COLUMN is_servers boolean NOT NULL DEFAULT false;
UPDATE reports p SET is_servers = true FROM rooms r, messages m
  WHERE p.resolved_at IS NULL AND r.id = p.room_id AND m.id = p.message_id
    AND (r.kind = 'direct' OR (NOT r.is_public AND NOT EXISTS (
      SELECT FROM room_members o JOIN users ou ON ou.id = o.user_id
      WHERE o.room_id = r.id AND o.user_id <> m.user_id AND (o.role IN ('owner', 'moderator') OR ou.is_administrator)
        AND (o.user_id <> p.reporter_id OR NOT EXISTS (
          SELECT FROM room_members a WHERE a.room_id = r.id AND a.user_id = m.user_id AND a.role = 'owner'))
        AND ou.deleted_at IS NULL
        AND (ou.banned_at IS NULL OR (ou.banned_until IS NOT NULL AND ou.banned_until <= now()))
        AND NOT EXISTS (SELECT FROM room_bans ban WHERE ban.room_id = r.id AND ban.user_id = o.user_id
          AND (ban.expires_at IS NULL OR ban.expires_at > now())))));

-- Whoever belongs to a private room and has never opened it: what is written from now on is unread.
INSERT INTO room_reads (user_id, room_id, seq, message_count, threads_since_seq)
  SELECT m.user_id, r.id, r.last_seq, r.message_count, r.last_seq FROM room_members m JOIN rooms r ON r.id = m.room_id
  WHERE r.kind = 'room' AND NOT r.is_public AND r.deleted_at IS NULL ON CONFLICT DO NOTHING;
