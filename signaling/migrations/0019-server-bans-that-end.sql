-- Bans from the server that are over are looked for every second.
CREATE INDEX users_by_ban_end ON users (banned_until) WHERE banned_until IS NOT NULL;
