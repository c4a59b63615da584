-- When a range of the job was last taken: jobs are served in turn.
alter table jobs add column served_at timestamptz;
create index jobs_by_turn on jobs ((coalesce(served_at, planned_at))) where status = 'RUNNING';
-- Claims look at what waits, at what is held and at who lives, whatever the number of ranges that are done and of workers that were.
create index block_ranges_waiting on block_ranges (job_id) where state = 'WAITING' and not is_head;
create index block_ranges_waiting_heads on block_ranges (job_id) where state = 'WAITING' and is_head;
create index block_ranges_leased on block_ranges (job_id) where state = 'LEASED';
create index workers_present on workers (node_id) where deregistered_at is null;
create index jobs_by_planner on jobs (planner_node_id) where planner_node_id is not null;
create index revisions_by_dataset on revisions (namespace, name, manifest_hash, table_name);
-- Every lease is renewed every second: in its page, without a word to any index.
drop index block_ranges_leases;
alter table block_ranges set (fillfactor = 80);
alter table workers set (fillfactor = 50);
