create table jobs (
    id               bigint generated always as identity primary key,
    namespace        text not null,
    name             text not null,
    manifest_hash    text not null,
    kind             text not null,
    network          text not null,
    status           text not null check (status in
        ('SCHEDULED', 'RUNNING', 'COMPLETED', 'ERROR', 'FATAL', 'STOP_REQUESTED', 'STOPPING', 'STOPPED')),
    -- The deploy as it was asked, canonical: {"end_block", "parallelism", "worker_id", "verify"}; compared on a repeated deploy.
    descriptor       jsonb not null,
    start_block      bigint not null check (start_block >= 0),
    -- Null = continuous, or not yet resolved (see planned_at); fixed at the first planning: a retry does not move it.
    end_block        bigint check (end_block >= 0),
    continuous       boolean not null,
    parallelism      integer not null check (parallelism > 0),
    worker_pattern   text,
    verify           boolean not null default false,
    planned_at       timestamptz,
    -- Planning is work too and is fenced like a range.
    planner_node_id  text,
    planner_epoch    bigint not null default 0,
    planner_expires_at timestamptz,
    -- Highest block known at the node when it was last asked.
    tip_block        bigint,
    -- Failures since the last progress; the back-off is computed from it.
    attempts         integer not null default 0,
    retry_at         timestamptz,
    -- Why the job is in ERROR or FATAL: {"error_code", "message", "block"?, "hash"?}.
    detail           jsonb,
    deployed_at      timestamptz not null default now(),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now()
);
-- One active job of a dataset version: two deploys at once cannot both insert.
create unique index jobs_one_active on jobs (namespace, name, manifest_hash)
    where status not in ('COMPLETED', 'FATAL', 'STOPPED');
create index jobs_by_status on jobs (status, id);
create index jobs_by_dataset on jobs (namespace, name, manifest_hash, id desc);

create table job_events (
    id          bigint generated always as identity primary key,
    job_id      bigint not null references jobs (id) on delete cascade,
    event_type  text not null,
    node_id     text,
    detail      jsonb not null default '{}',
    created_at  timestamptz not null default now()
);
create index job_events_by_job on job_events (job_id, id);

-- The unit of work. A lease is (node_id, incarnation, epoch, lease_expires_at); the epoch grows with every grant.
create table block_ranges (
    id                bigint generated always as identity primary key,
    job_id            bigint not null references jobs (id) on delete cascade,
    start_block       bigint not null check (start_block >= 0),
    -- Null for the head range of a continuous job, which grows with the chain.
    end_block         bigint check (end_block >= start_block),
    is_head           boolean not null default false,
    state             text not null check (state in ('WAITING', 'LEASED', 'DONE')),
    -- First block that is not yet registered; start_block at first.
    next_block        bigint not null,
    node_id           text,
    incarnation       uuid,
    epoch             bigint not null default 0,
    lease_expires_at  timestamptz,
    claimed_at        timestamptz,
    -- The node that held the range last, for affinity.
    last_node_id      text,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    check ((state = 'LEASED') = (node_id is not null and incarnation is not null and lease_expires_at is not null))
);
create index block_ranges_open on block_ranges (job_id, start_block) where state <> 'DONE';
create index block_ranges_leases on block_ranges (lease_expires_at) where state = 'LEASED';
create index block_ranges_by_node on block_ranges (node_id) where state = 'LEASED';
create index block_ranges_by_job on block_ranges (job_id, start_block);
create unique index block_ranges_one_head on block_ranges (job_id) where is_head and state <> 'DONE';
