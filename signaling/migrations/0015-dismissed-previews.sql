-- Links of a message whose previews were taken away by hand: they get none again, for as long as the text names them.
ALTER TABLE messages ADD COLUMN dismissed_previews text[];
