-- When the file of a retired segment may be deleted. Queries that began before it was retired read it until then.
alter table segments add column collect_at timestamptz;
create index segments_retired on segments (collect_at) where retired_at is not null;

-- When a merge wrote it; null for what was extracted or restored. created_at is then that of its newest parent: it tells which of two
-- readings of a block is the later one, and a merge reads nothing from a node.
alter table segments add column merged_at timestamptz;
create index segments_newest on segments (revision_id, id);

-- Work on whole revisions that one worker does at a time, such as merging the segments of a dataset version, for which its lowest active
-- revision stands. The epoch grows with every grant.
create table revision_leases (
    revision_id       bigint primary key references revisions (id) on delete cascade,
    node_id           text,
    incarnation       uuid,
    epoch             bigint not null default 0,
    lease_expires_at  timestamptz,
    -- Nothing is to be done before, unless there is a segment above the last one that was looked at.
    look_at           timestamptz,
    last_segment_id   bigint,
    check ((node_id is not null) = (incarnation is not null and lease_expires_at is not null))
);

-- Without a range: the file of a merge, under the epoch of that lease.
alter table announced_uploads alter column range_id drop not null;
alter table announced_uploads add column leased_revision_id bigint;
