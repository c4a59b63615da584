-- Whether something new may be missing of a job is asked every few seconds, by its newest range: one step down this index. Without it, all
-- newer ranges of all jobs are walked for a job whose last range is old.
create index block_ranges_newest on block_ranges (job_id, id) where not is_head;
