using System.Text;
using System.Text.Json;
using Amp.Shared.Faults;

namespace Amp.Shared.Metadata.Jobs;

/// <summary>A deploy as it was asked. Two deploys are the same when these parsed values are equal.</summary>
/// <param name="EndBlock">Where the job ends.</param>
/// <param name="Parallelism">How many ranges of the job may be worked on at once.</param>
/// <param name="WorkerId">Exact node id, or a prefix with <c>*</c>, of the workers that may take its ranges; null = any.</param>
/// <param name="Verify">Recompute hashes and roots of every block.</param>
public sealed record JobDescriptor(EndBlock EndBlock, int Parallelism, string? WorkerId, bool Verify)
{
    /// <summary>Two workers with two ranges each: one range is fetched while the other is written.</summary>
    public const int DefaultParallelism = 4;

    public static JobDescriptor Default { get; } = new(EndBlock.Continuous, DefaultParallelism, WorkerId: null, Verify: false);

    /// <summary>Compact JSON, keys in declaration order.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            WriteFields(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public void WriteFields(Utf8JsonWriter writer)
    {
        writer.WriteString("end_block", EndBlock.ToWord());
        writer.WriteNumber("parallelism", Parallelism);
        writer.WriteString("worker_id", WorkerId);
        writer.WriteBoolean("verify", Verify);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote, in whatever key order and spacing the database returns it.</summary>
    public static JobDescriptor Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new JobDescriptor(
            root.TryGetProperty("end_block", out var end) ? EndBlock.Parse(end) : EndBlock.Continuous,
            root.TryGetProperty("parallelism", out var parallelism) ? parallelism.GetInt32() : DefaultParallelism,
            root.TryGetProperty("worker_id", out var worker) ? worker.GetString() : null,
            root.TryGetProperty("verify", out var verify) && verify.GetBoolean());
    }

    /// <summary>Whether a worker with this node id may take ranges of the job.</summary>
    public bool Admits(string nodeId) => WorkerId switch
    {
        null => true,
        [.. var prefix, '*'] => nodeId.StartsWith(prefix, StringComparison.Ordinal),
        _ => string.Equals(WorkerId, nodeId, StringComparison.Ordinal),
    };

    /// <summary>Refuses what no worker could carry out, whatever the dataset.</summary>
    public void Validate(ulong startBlock)
    {
        if (Parallelism < 1)
            throw new AmpException(ErrorCode.InvalidParallelism, $"parallelism is {Parallelism}; at least 1 is needed for any worker to take a range");
        if (EndBlock is EndBlock.Number end && end.Block < startBlock)
            throw new AmpException(ErrorCode.InvalidEndBlock, $"end_block {end.Block} lies before the dataset's start_block {startBlock}");
    }
}
