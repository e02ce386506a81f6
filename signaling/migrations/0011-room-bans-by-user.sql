-- Whoever comes to a socket is looked up: from which rooms are they banned, and told nothing of.
CREATE INDEX room_bans_by_user ON room_bans (user_id);
