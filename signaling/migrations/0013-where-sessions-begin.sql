-- Where a session was begun: a keyed hash of account and address, which tells nobody where. Somebody who guesses at the
-- account from elsewhere does not keep its owner out there.
ALTER TABLE sessions ADD COLUMN place_hash bytea;
