using System.Globalization;
using Amp.Shared.Faults;
using Amp.Shared.Metadata.Jobs;
using Npgsql;

namespace Amp.Worker.Jobs;

/// <summary>What a fault means for a job. Pure.</summary>
/// <param name="Status">ERROR: a retry may mend it. FATAL: it cannot.</param>
/// <param name="Code">The code that clients see.</param>
/// <param name="Message">The fault and its causes.</param>
/// <param name="RetryAfter">How long the other side asked us to wait.</param>
internal sealed record FailureVerdict(JobStatus Status, ErrorCode Code, string Message, TimeSpan? RetryAfter)
{
    // Faults of one block: the block that was due when they came is the one they are about.
    private static readonly ErrorCode[] _ofBlocks = [ErrorCode.BlockInvalid, ErrorCode.BlockNotFound, ErrorCode.ProviderAnswerInvalid];

    public static FailureVerdict Of(Exception fault) => fault switch
    {
        AmpException e => new(
            e.IsRetryable ? JobStatus.Error : JobStatus.Fatal, e.Code, AmpException.Describe(e), (e as RetryableException)?.RetryAfter),
        NpgsqlException e => new(JobStatus.Error, ErrorCode.DatabaseUnavailable, AmpException.Describe(e), RetryAfter: null),
        _ => new(JobStatus.Fatal, ErrorCode.InternalError, AmpException.Describe(fault), RetryAfter: null),
    };

    /// <summary>The job's detail; names the block that was due, where the fault is one of a block.</summary>
    public string ToDetail(ulong? block, string? hash) => _ofBlocks.Contains(Code)
        ? JobStates.FailureDetail(Code.ToWire(), NameBlock(block), block, hash)
        : JobStates.FailureDetail(Code.ToWire(), Message);

    private string NameBlock(ulong? block)
    {
        var name = block?.ToString(CultureInfo.InvariantCulture);
        return name is null || Message.Contains("block " + name, StringComparison.Ordinal) ? Message : $"block {name}: {Message}";
    }
}
