-- Whoever changes their password, or ends their other sessions, ends the copies of the token of the session that stays: from then
-- until that is renewed, its latest answer alone is good.
ALTER TABLE sessions ADD COLUMN are_copies_ended boolean NOT NULL DEFAULT false;
