-- A revision is one folder of one table; its id is the location id of the Admin API.
create table revisions (
    id             bigint generated always as identity primary key,
    namespace      text not null,
    name           text not null,
    manifest_hash  text not null,
    table_name     text not null,
    -- Relative to the store's root; authoritative, never derived again.
    path           text not null unique,
    active         boolean not null default false,
    writer_job_id  bigint references jobs (id) on delete set null,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
create unique index revisions_one_active on revisions (namespace, name, manifest_hash, table_name) where active;

create table segments (
    id                bigint generated always as identity primary key,
    revision_id       bigint not null references revisions (id) on delete cascade,
    file_name         text not null,
    object_size       bigint not null check (object_size > 0),
    object_etag       text,
    network           text not null,
    start_block       bigint not null check (start_block >= 0),
    end_block         bigint not null check (end_block >= start_block),
    -- Hash of the end block; parent hash of the start block.
    hash              bytea not null check (octet_length(hash) = 32),
    prev_hash         bytea not null check (octet_length(prev_hash) = 32),
    -- Timestamp of the end block in seconds; lakes of other systems may lack it.
    end_timestamp     bigint,
    row_count         bigint not null default 0,
    generation        bigint not null default 0,
    parent_ids        bigint[] not null default '{}',
    -- The block range (unit of work) that wrote it; null when it was restored from the store.
    range_id          bigint,
    range_epoch       bigint,
    created_at        timestamptz not null default now(),
    -- Set when a compaction replaced it: no longer canonical, to be collected.
    retired_at        timestamptz,
    unique (revision_id, file_name)
);
create index segments_by_block on segments (revision_id, start_block, end_block);

-- An upload is announced before its first byte is written: a file without row and announcement is garbage, a file with one is not.
create table announced_uploads (
    id            bigint generated always as identity primary key,
    revision_id   bigint not null references revisions (id) on delete cascade,
    file_name     text not null,
    range_id      bigint not null,
    epoch         bigint not null,
    node_id       text not null,
    announced_at  timestamptz not null default now(),
    unique (revision_id, file_name)
);
create index announced_uploads_by_range on announced_uploads (range_id, epoch);
