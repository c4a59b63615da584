-- When the file of a retired segment may be deleted. Queries that began before it was retired read it until then.
alter table segments add column collect_at timestamptz;
create index segments_retired on segments (collect_at) where retired_at is not null;

-- Work on a whole revision that one worker does at a time, such as merging its segments. The epoch grows with every grant.
create table revision_leases (
    revision_id       bigint primary key references revisions (id) on delete cascade,
    node_id           text,
    incarnation       uuid,
    epoch             bigint not null default 0,
    lease_expires_at  timestamptz,
    -- Nothing was to be done when it was last looked at, with segments up to this one.
    looked_at         timestamptz,
    last_segment_id   bigint
);

-- Without a range: the file of a merge, under the epoch of its revision's lease.
alter table announced_uploads alter column range_id drop not null;
