namespace Amp.TestKit.Postgres;

/// <summary>Rows of a catalogue that has been in use for long: 1,000 datasets, 10,000 jobs, 100,000 files, 400 workers.</summary>
public static class FullCatalogue
{
    /// <summary>Dataset <c>bench/d1</c> has 10,000 of the files, its job 1 is the one that runs; each other one has 90.</summary>
    public const string Sql = """
        insert into manifests (hash, kind, content)
            select encode(sha256(i::text::bytea), 'hex'), 'evm-rpc',
                convert_to('{"kind":"evm-rpc","network":"testnet","start_block":' || i || ',"finalized_blocks_only":false,"tables":{}}', 'utf8')
            from generate_series(1, 1000) i;
        insert into datasets (namespace, name) select 'bench', 'd' || i from generate_series(1, 1000) i;
        insert into dataset_manifests (dataset_id, manifest_hash)
            select id, encode(sha256(substr(name, 2)::bytea), 'hex') from datasets;
        insert into dataset_tags (dataset_id, tag, manifest_hash)
            select dataset_id, tag, manifest_hash from dataset_manifests, unnest(array['dev', '1.0.0', '1.1.0', '2.0.0-rc.1']) tag;
        insert into jobs (namespace, name, manifest_hash, kind, network, status, descriptor, start_block, end_block, continuous, parallelism, planned_at, tip_block)
            select 'bench', d.name, l.manifest_hash, 'evm-rpc', 'testnet', case when n = 1 and d.id % 10 = 1 then 'RUNNING' else 'COMPLETED' end,
                '{"end_block":"100000","parallelism":4,"verify":false}', 0, 100000, false, 4, now(), 100000
            from datasets d join dataset_manifests l on l.dataset_id = d.id, generate_series(1, 10) n order by n, d.id;
        insert into job_events (job_id, node_id, event_type, detail) select id, 'w1', 'RUNNING', '{}' from jobs, generate_series(1, 5);
        insert into block_ranges (job_id, start_block, end_block, state, next_block)
            select id, n * 10, n * 10 + 9, 'DONE', n * 10 + 10 from jobs, generate_series(1, 50) n where status = 'RUNNING';
        insert into workers (node_id, incarnation, host, pid, version, slots) select 'b' || i, gen_random_uuid(), 'host', 1, '1', 4 from generate_series(1, 400) i;
        insert into revisions (namespace, name, manifest_hash, table_name, path, active, writer_job_id)
            select 'bench', d.name, l.manifest_hash, t, 'bench/' || d.name || '/' || t, true, null
            from datasets d join dataset_manifests l on l.dataset_id = d.id, unnest(array['blocks', 'transactions', 'logs']) t;
        insert into segments (revision_id, file_name, object_size, network, start_block, end_block, hash, prev_hash, end_timestamp, row_count)
            select r.id, n || '.parquet', 1000, 'testnet', n, n, decode(lpad(to_hex(n + 1), 64, '0'), 'hex'), decode(lpad(to_hex(n), 64, '0'), 'hex'), 1700000000 + n, 5
            from revisions r, generate_series(0, case when r.name = 'd1' then 3333 else 29 end) n order by n, r.id;
        insert into audit (remote_address, operation, method, path, status) select '127.0.0.1', 'post_datasets', 'POST', '/datasets', 201 from generate_series(1, 20000);
        analyze;
        """;
}
