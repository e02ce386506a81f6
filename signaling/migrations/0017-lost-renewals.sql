-- The answer to a renewal may be lost: what was given out in answer to the same refresh token before the latest, the oldest first.
-- Each is as good as the latest until one of them is used.
ALTER TABLE sessions ADD COLUMN unused_refresh_hashes bytea[] NOT NULL DEFAULT '{}';
