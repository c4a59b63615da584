-- Comparisons of a dataset version's lake with the catalogue: asked for by the Admin API, done by whichever controller takes one, and by
-- another one from the start when that one dies.
create table verifications (
    id                bigint generated always as identity primary key,
    namespace         text not null,
    name              text not null,
    manifest_hash     text not null,
    status            text not null default 'SCHEDULED' check (status in ('SCHEDULED', 'RUNNING', 'COMPLETED', 'FAILED')),
    requested_at      timestamptz not null default now(),
    started_at        timestamptz,
    ended_at          timestamptz,
    -- The run of the loop that does it; it beats.
    holder            uuid,
    lease_expires_at  timestamptz,
    -- How often one was begun.
    attempts          int not null default 0,
    files_count       bigint,
    checked_count     bigint not null default 0,
    report            jsonb,
    -- Why it could not be done.
    error_code        text,
    error_message     text,
    check ((status = 'RUNNING') = (holder is not null and lease_expires_at is not null)),
    check ((status = 'COMPLETED') = (report is not null)),
    check ((status = 'FAILED') = (error_code is not null and error_message is not null))
);

-- One at a time for each dataset version: who asks meanwhile is told of that one.
create unique index verifications_underway on verifications (namespace, name, manifest_hash) where status in ('SCHEDULED', 'RUNNING');
create index verifications_ended on verifications (ended_at) where ended_at is not null;
