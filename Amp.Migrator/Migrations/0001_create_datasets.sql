-- Manifests are content-addressed: the exact canonical bytes under their SHA-256.
create table manifests (
    hash        text primary key check (hash ~ '^[0-9a-f]{64}$'),
    kind        text not null,
    content     bytea not null,
    created_at  timestamptz not null default now()
);

create table datasets (
    id          bigint generated always as identity primary key,
    namespace   text not null check (namespace ~ '^[a-z0-9_]+$'),
    name        text not null check (name ~ '^[a-z_][a-z0-9_]*$'),
    created_at  timestamptz not null default now(),
    unique (namespace, name)
);

-- A manifest can be deployed under a dataset's name only when it is linked to it.
create table dataset_manifests (
    dataset_id     bigint not null references datasets (id) on delete cascade,
    manifest_hash  text not null references manifests (hash),
    linked_at      timestamptz not null default now(),
    primary key (dataset_id, manifest_hash)
);
create index dataset_manifests_by_hash on dataset_manifests (manifest_hash);

-- tag = 'dev' or a strict SemVer 2.0 version. `latest` is computed: the highest version.
create table dataset_tags (
    dataset_id     bigint not null,
    tag            text not null,
    manifest_hash  text not null,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    primary key (dataset_id, tag),
    foreign key (dataset_id, manifest_hash) references dataset_manifests (dataset_id, manifest_hash) on delete cascade
);

-- What a network's nodes said of themselves the first time: a later answer that differs is another chain.
create table networks (
    network       text primary key,
    chain_id      numeric(20, 0) not null,
    genesis_hash  bytea check (octet_length(genesis_hash) = 32),
    first_seen_at timestamptz not null default now()
);
