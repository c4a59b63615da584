create table workers (
    node_id        text primary key check (node_id ~ '^[a-zA-Z][a-zA-Z0-9_.-]{0,127}$'),
    incarnation    uuid not null,
    host           text not null,
    pid            integer not null,
    version        text not null,
    build          jsonb not null default '{}',
    slots          integer not null check (slots > 0),
    registered_at  timestamptz not null default now(),
    heartbeat_at   timestamptz not null default now(),
    -- Set by a graceful leave; null while the worker lives or has died.
    deregistered_at timestamptz
);
