using Amp.Shared.Faults;
using Npgsql;
using NpgsqlTypes;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>Makes, finds or restarts the one job of a dataset version.</summary>
public static class JobDeploySql
{
    /// <summary>One transaction: two deploys at the same moment give one job, and both callers are told the truth.</summary>
    public static async Task<DeployResult> DeployAsync(NpgsqlDataSource database, JobDeployment deployment, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // Held against a removal of the dataset, which looks for active jobs.
        await using (var held = new NpgsqlCommand(
            """
            select 1 from datasets d join dataset_manifests l on l.dataset_id = d.id
            where d.namespace = @namespace and d.name = @name and l.manifest_hash = @hash
            for key share of d
            """,
            connection))
        {
            AddDataset(held, deployment);
            if (await held.ExecuteScalarAsync(cancellationToken) is null)
                throw new AmpException(ErrorCode.DatasetNotFound, $"dataset '{deployment.Namespace}/{deployment.Name}' was removed meanwhile");
        }

        // Deploys of one dataset version queue here, so that "the newest job" below cannot change until the commit.
        await using (var queue = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended(@key, 1602))", connection))
        {
            queue.Parameters.AddWithValue("key", $"deploy {deployment.Namespace}/{deployment.Name}@{deployment.ManifestHash}");
            await queue.ExecuteNonQueryAsync(cancellationToken);
        }

        var newest = await FindNewestAsync(connection, deployment, cancellationToken);
        var result = Decide(newest, deployment.Descriptor) switch
        {
            DeployOutcome.Inserted => await InsertAsync(connection, deployment, cancellationToken),
            DeployOutcome.Restarted => await RestartAsync(connection, newest!.Id, deployment, cancellationToken),
            var other => new DeployResult(other, newest!.Id, newest.Descriptor, newest.Status),
        };
        await transaction.CommitAsync(cancellationToken);
        return result;
    }

    /// <summary>What a deploy does, given the newest job of the same dataset version.</summary>
    public static DeployOutcome Decide(NewestJob? newest, JobDescriptor wanted) => newest switch
    {
        null => DeployOutcome.Inserted,
        { } job when !job.Status.IsTerminal() => job.Descriptor == wanted ? DeployOutcome.AlreadyActive : DeployOutcome.Conflict,
        { } job => job.Descriptor == wanted ? DeployOutcome.Restarted : DeployOutcome.Inserted,
    };

    private static async Task<NewestJob?> FindNewestAsync(NpgsqlConnection connection, JobDeployment deployment, CancellationToken cancellationToken)
    {
        // An active one first: it is the one that may stand in the way. The row lock holds against a worker that ends the job meanwhile.
        await using var command = new NpgsqlCommand(
            """
            select id, status, descriptor::text from jobs
            where namespace = @namespace and name = @name and manifest_hash = @hash
            order by status = any(@terminal), id desc limit 1 for no key update
            """,
            connection);
        AddDataset(command, deployment);
        command.Parameters.AddWithValue("terminal", JobTransitions.Terminal.Select(s => s.ToWord()).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new NewestJob(reader.GetInt64(0), JobStatusText.Parse(reader.GetString(1)), JobDescriptor.Parse(reader.GetString(2)))
            : null;
    }

    private static async Task<DeployResult> InsertAsync(NpgsqlConnection connection, JobDeployment deployment, CancellationToken cancellationToken)
    {
        // What a worker still holds of the job before goes, and the worker finds its lease gone: two jobs never write one dataset version.
        await using var command = new NpgsqlCommand(
            $$"""
            with cleared as (
                delete from block_ranges r using jobs j
                where r.job_id = j.id and r.state <> 'DONE'
                  and j.namespace = @namespace and j.name = @name and j.manifest_hash = @hash
            ), made as (
                insert into jobs (namespace, name, manifest_hash, kind, network, status, descriptor, start_block, end_block,
                                  continuous, parallelism, worker_pattern, verify)
                values (@namespace, @name, @hash, @kind, @network, 'SCHEDULED', @descriptor::jsonb, @start, @end,
                        @continuous, @parallelism, @worker, @verify)
                returning id
            ), noted as (
                insert into job_events (job_id, event_type, detail)
                select id, 'SCHEDULED', jsonb_build_object('reason', 'deploy', 'descriptor', @descriptor::jsonb) from made
                returning job_id
            )
            select job_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from noted
            """,
            connection);
        AddDataset(command, deployment);
        AddDescriptor(command, deployment);
        command.Parameters.AddWithValue("kind", deployment.Kind);
        command.Parameters.AddWithValue("network", deployment.Network);
        command.Parameters.AddWithValue("start", (long)deployment.StartBlock);
        var id = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new DeployResult(DeployOutcome.Inserted, id, deployment.Descriptor, JobStatus.Scheduled);
    }

    private static async Task<DeployResult> RestartAsync(
        NpgsqlConnection connection, long jobId, JobDeployment deployment, CancellationToken cancellationToken)
    {
        // The ranges of the earlier run go: what is missing is computed anew from the registered segments, and a worker that
        // still holds one finds its lease gone.
        await using var command = new NpgsqlCommand(
            $$"""
            with cleared as (
                delete from block_ranges where job_id = @id
            ), moved as (
                update jobs set status = 'SCHEDULED', end_block = @end, continuous = @continuous, planned_at = null, tip_block = null,
                    attempts = 0, retry_at = null, detail = null, deployed_at = now(), updated_at = now(),
                    planner_epoch = planner_epoch + 1, planner_node_id = null, planner_expires_at = null
                where id = @id and status = any(@from)
                returning id
            ), noted as (
                insert into job_events (job_id, event_type, detail)
                select id, 'SCHEDULED', jsonb_build_object('reason', 'redeploy', 'descriptor', @descriptor::jsonb) from moved
                returning job_id
            )
            select job_id, pg_notify('{{NotifyChannels.Jobs}}', job_id::text) from noted
            """,
            connection);
        AddDescriptor(command, deployment);
        command.Parameters.AddWithValue("id", jobId);
        command.Parameters.AddWithValue("from", JobTransitions.Terminal.Select(s => s.ToWord()).ToArray());
        var id = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return new DeployResult(DeployOutcome.Restarted, id, deployment.Descriptor, JobStatus.Scheduled);
    }

    private static void AddDataset(NpgsqlCommand command, JobDeployment deployment)
    {
        command.Parameters.AddWithValue("namespace", deployment.Namespace);
        command.Parameters.AddWithValue("name", deployment.Name);
        command.Parameters.AddWithValue("hash", deployment.ManifestHash);
    }

    private static void AddDescriptor(NpgsqlCommand command, JobDeployment deployment)
    {
        var asked = deployment.Descriptor;
        command.Parameters.AddWithValue("descriptor", asked.ToJson());
        command.Parameters.Add(new NpgsqlParameter("end", NpgsqlDbType.Bigint) { Value = asked.EndBlock is EndBlock.Number n ? (long)n.Block : DBNull.Value });
        command.Parameters.AddWithValue("continuous", asked.EndBlock is EndBlock.Never);
        command.Parameters.AddWithValue("parallelism", asked.Parallelism);
        command.Parameters.Add(new NpgsqlParameter("worker", NpgsqlDbType.Text) { Value = (object?)asked.WorkerId ?? DBNull.Value });
        command.Parameters.AddWithValue("verify", asked.Verify);
    }
}

/// <summary>What a deploy needs to know of the job before it.</summary>
public sealed record NewestJob(long Id, JobStatus Status, JobDescriptor Descriptor);
