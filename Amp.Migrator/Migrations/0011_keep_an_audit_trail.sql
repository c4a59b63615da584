-- What was asked of the Admin API that changes something. A row is written before the request is carried out and completed after it:
-- one without an outcome is of a controller that died meanwhile.
create table audit (
    id             bigint generated always as identity primary key,
    at             timestamptz not null default now(),
    remote_address text not null,
    -- Who it was, once the API knows its callers.
    principal      text,
    operation      text not null,
    method         text not null,
    path           text not null,
    ended_at       timestamptz,
    status         integer,
    error_code     text
);
