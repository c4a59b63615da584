using System.Globalization;
using System.Net.Sockets;
using Amp.Shared.Chain;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>What a fault means for a job. Pure.</summary>
/// <param name="Status">ERROR: a retry may mend it. FATAL: it cannot.</param>
/// <param name="Code">The code that clients see.</param>
/// <param name="Message">The fault and its causes.</param>
/// <param name="RetryAfter">How long the other side asked us to wait.</param>
/// <param name="BlockHash">Of the block that the fault is about, when the node told it.</param>
internal sealed record FailureVerdict(JobStatus Status, ErrorCode Code, string Message, TimeSpan? RetryAfter = null, Hash32? BlockHash = null)
{
    // Faults of one block: the block that was due when they came is the one they are about.
    private static readonly ErrorCode[] _ofBlocks = [ErrorCode.BlockInvalid, ErrorCode.BlockNotFound, ErrorCode.ProviderAnswerInvalid];

    public static FailureVerdict Of(Exception fault) => fault switch
    {
        // Whatever is wrong with a store, its bucket or its keys, or with a provider file, its operator mends it; the job goes on then as it is.
        AmpException { Code: ErrorCode.ObjectStoreError or ErrorCode.ProviderNotFound or ErrorCode.InvalidProvider } e => new(JobStatus.Error, e.Code, AmpException.Describe(e)),
        AmpException e => new(
            e.IsRetryable ? JobStatus.Error : JobStatus.Fatal, e.Code, AmpException.Describe(e), (e as RetryableException)?.RetryAfter, e.BlockHash),
        AggregateException { InnerExceptions.Count: 1 } e => Of(e.InnerExceptions[0]),
        PostgresException e when IsOurs(e.SqlState) => new(JobStatus.Fatal, ErrorCode.InternalError, AmpException.Describe(e)),
        NpgsqlException e => new(JobStatus.Error, ErrorCode.DatabaseUnavailable, AmpException.Describe(e)),

        // The outer world, told by its own words: a disk, a network, a limit of time. A cancellation that was ours never comes here.
        IOException or UnauthorizedAccessException or SocketException or HttpRequestException or TimeoutException or OperationCanceledException =>
            new(JobStatus.Error, ErrorCode.Unavailable, AmpException.Describe(fault)),
        OutOfMemoryException => new(JobStatus.Error, ErrorCode.ResourcesExhausted, AmpException.Describe(fault)),
        _ => new(JobStatus.Fatal, ErrorCode.InternalError, AmpException.Describe(fault)),
    };

    /// <summary>The job's detail; names the block that was due, where the fault is one of a block.</summary>
    public string ToDetail(ulong? block) => _ofBlocks.Contains(Code)
        ? JobStates.FailureDetail(Code.ToWire(), NameBlock(block), block, BlockHash?.ToString())
        : JobStates.FailureDetail(Code.ToWire(), Message);

    // Data that does not fit (class 22), a statement, name or right that is wrong (42): the same comes back at each try. Whatever else
    // the database says may pass: connections, shutdown, serialization, deadlocks, locks, resources, a row that another made first,
    // a cached plan that a migration made stale (0A).
    private static bool IsOurs(string sqlState) => sqlState.StartsWith("22", StringComparison.Ordinal) || sqlState.StartsWith("42", StringComparison.Ordinal);

    private string NameBlock(ulong? block)
    {
        var name = block?.ToString(CultureInfo.InvariantCulture);
        return name is null || Message.Contains("block " + name, StringComparison.Ordinal) ? Message : $"block {name}: {Message}";
    }
}
