using Amp.Chains;
using Amp.Chains.Evm;
using Amp.Shared.Lake.Stores;
using Amp.Shared.Metadata.Workers;
using Amp.Shared.Options;
using Amp.Worker.Coordination;
using Amp.Worker.Housekeeping;
using Amp.Worker.Housekeeping.Merging;
using Amp.Worker.Jobs;
using Amp.Worker.Materialize;
using Amp.Worker.Rehearsal;
using Microsoft.Extensions.DependencyInjection;

namespace Amp.Worker;

/// <summary>The parts of a worker.</summary>
internal static class WorkerServices
{
    // Answers under download for all slots together; with rows and row groups it stays well under the 512 MB of a worker.
    private const long BytesInFlight = 16L << 20;

    // Columns under construction, under way and being encoded, of all slots together.
    private const long BatchBytes = 4L << 20;

    // A slot has buffers of its own: above this number they take more memory than they give speed.
    private const int MostSlotsByCores = 4;

    /// <summary>Where segments go; what is under construction for a bucket lies on a disk of this machine.</summary>
    private static void AddLake(this IServiceCollection services, AmpSettings settings)
    {
        if (!StoreAddress.IsBucket(settings.DataDir))
        {
            services.AddSingleton(provider => ObjectStores.Open(settings.DataDir, ConfigKeys.DataDir, settings, provider.GetRequiredService<TimeProvider>()));
            return;
        }

        // Taken and cleared before anything starts: what an earlier process left there was never sent.
        var spool = ScratchFolder.Take(settings.CacheDir, "worker");
        spool.Clear();
        services.AddSingleton(_ => spool);
        services.AddSingleton(provider => ObjectStores.Open(settings.DataDir, ConfigKeys.DataDir, settings, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ScratchFolder>()));
    }

    public static IServiceCollection AddAmpWorker(this IServiceCollection services, AmpSettings settings, string nodeId)
    {
        NativeAllocator.Bound();
        var slots = settings.WorkerSlots > 0 ? settings.WorkerSlots : Math.Clamp(Environment.ProcessorCount, 1, MostSlotsByCores);
        services.AddSingleton(WorkerIdentity.OfThisProcess(nodeId, slots));
        services.AddLake(settings);
        services.AddSingleton(new RowGroupBudget(settings.Writer.MaxRowGroupMb));
        services.AddSingleton(new ExtractionOptions { MaxBytesInFlight = BytesInFlight / slots, MaxBatchBytes = BatchBytes / slots });
        services.AddAmpChains(settings);
        services.AddSingleton<HeldLeases>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<DatabasePatience>();
        services.AddSingleton<JobManifests>();
        services.AddSingleton<RangeSizes>();
        services.AddSingleton<SegmentPublisher>();
        services.AddSingleton<NetworkCheck>();
        services.AddSingleton<JobPlanner>();
        services.AddSingleton<HeadFollower>();
        services.AddSingleton<RangeRunner>();
        services.AddSingleton<OrphanCollector>();
        services.AddSingleton<RetiredCollector>();
        services.AddSingleton(settings.Writer);
        services.AddSingleton<LeftAlone>();
        services.AddSingleton<FooterChecks>();
        services.AddSingleton(provider => new MergeWriter(provider.GetRequiredService<IObjectStore>(), provider.GetService<ScratchFolder>(), settings.Writer));
        services.AddSingleton<MergeRun>();
        services.AddSingleton<Chores>();

        // Before the worker is there for others, who would leave work to it.
        services.AddHostedService<FirstJob>();

        // Stopped in the reverse order: work ends first, the session that holds the leases last.
        services.AddHostedService<WorkerSession>();
        services.AddHostedService<Compactor>();
        services.AddHostedService<Collector>();
        services.AddHostedService<NamesInTheLake>();
        services.AddHostedService<JobListener>();
        services.AddHostedService<WorkLoop>();
        return services;
    }
}
