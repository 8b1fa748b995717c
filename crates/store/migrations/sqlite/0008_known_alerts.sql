-- Which alerts a known issue explains, and whether people may sleep; JSON.
ALTER TABLE known_issue ADD COLUMN alerts TEXT;
