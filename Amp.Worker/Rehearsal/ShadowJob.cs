using System.Text;
using Amp.Chains.Evm.Tables;
using Amp.Shared.Datasets;
using Amp.Shared.Metadata.Datasets;
using Amp.Shared.Metadata.Jobs;
using Amp.Shared.Metadata.Ranges;
using Amp.Shared.Metadata.Workers;
using Amp.Worker.Jobs;
using Npgsql;

namespace Amp.Worker.Rehearsal;

/// <summary>A job from its plan to the claim of its range, in tables that nobody else sees.</summary>
internal sealed class ShadowJob(NpgsqlDataSource shadows, WorkerIdentity worker)
{
    private const string Name = "rehearsal";
    private const ulong End = 99;

    /// <summary>Returns the range that was claimed.</summary>
    public async Task<RangeLease> RunAsync(CancellationToken cancellationToken)
    {
        await DeployAsync(cancellationToken);
        var plan = await JobPlanning.TryTakeAsync(shadows, worker, cancellationToken) ?? throw new InvalidOperationException("There is a job to plan.");
        var manifest = await new JobManifests(shadows).FindAsync(plan.Job, cancellationToken);
        var tables = EvmTables.All.Select(t => t.Name).Where(manifest.Includes).ToArray();
        await JobPlanning.ApplyAsync(shadows, plan, tables, End, JobPlanner.ResolveEnd(plan.Job, End), cancellationToken);
        await JobPlanning.SettleAsync(shadows, plan.Job.Id, cancellationToken);
        var wish = new ClaimWish(Ordinary: true, Head: true, _ => End / 2, new Dictionary<long, ulong>());
        return await RangeClaims.TryClaimAsync(shadows, worker, wish, cancellationToken) ?? throw new InvalidOperationException("There is a range to claim.");
    }

    private async Task DeployAsync(CancellationToken cancellationToken)
    {
        var manifest = ManifestReader.Read(Encoding.UTF8.GetBytes($$"""{"kind":"{{RawManifest.EvmRpc}}","network":"{{Name}}"}""")).ToCanonicalBytes();
        var hash = ManifestHash.Of(manifest);
        await using var connection = await shadows.OpenConnectionAsync(cancellationToken);
        await WorkerRegistration.RegisterAsync(connection, worker, cancellationToken);
        await ManifestStore.PutAsync(connection, hash, RawManifest.EvmRpc, manifest, cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            insert into jobs (namespace, name, manifest_hash, kind, network, status, descriptor, start_block, continuous, parallelism)
            values (@name, @name, @hash, @kind, @name, 'SCHEDULED', @descriptor::jsonb, 0, false, 1)
            """,
            connection);
        command.Parameters.AddWithValue("name", Name);
        command.Parameters.AddWithValue("hash", hash.ToString());
        command.Parameters.AddWithValue("kind", RawManifest.EvmRpc);
        command.Parameters.AddWithValue("descriptor", (JobDescriptor.Default with { EndBlock = new EndBlock.Number(End), Parallelism = 1 }).ToJson());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
