-- When the file of an upload that nobody may register was deleted. The announcement stays for a while: a worker that hung in its upload may still
-- publish the file when it wakes, and die before it takes it back.
alter table announced_uploads add column collected_at timestamptz;
